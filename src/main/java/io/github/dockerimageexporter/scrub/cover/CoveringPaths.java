package io.github.dockerimageexporter.scrub.cover;

import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tar.Whiteout;
import io.github.dockerimageexporter.scrub.tree.DirectoryMarks;
import io.github.dockerimageexporter.scrub.tree.Part;
import io.github.dockerimageexporter.scrub.tree.PathHash;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.scrub.tree.PathTable.Mark;

/// The paths of a layer, by what they hide of the layers below.
///
/// | entry                              | hides of the layers below                              |
/// |------------------------------------|--------------------------------------------------------|
/// | a directory, or one on the way     | what is at its path, unless that is a directory        |
/// | anything else                      | what is at its path, and below it                      |
/// | `.wh.x`                            | `x`, and what is below it                              |
/// | `.wh..wh..opq`                     | all that is in its directory                           |
/// | other `.wh..wh.`                   | nothing                                                |
///
/// Source: OCI image spec, `layer.md`, "Representing Changes", "Whiteouts".
final class CoveringPaths {
  private final PathTable paths;
  private final DirectoryMarks parents;

  /// @param paths takes them
  CoveringPaths(PathTable paths) {
    this.paths = paths;
    this.parents = new DirectoryMarks(paths, Mark.DIRECTORY);
    paths.begin(Part.ALL);
  }

  /// @param path the clean one of `entry`
  void add(String path, TarEntry entry) {
    parents.add(TarPath.parent(path));
    Whiteout.of(path)
        .ifPresentOrElse(
            this::add,
            () ->
                paths.add(
                    PathHash.of(path),
                    entry.type() == TarEntry.Type.DIRECTORY ? Mark.DIRECTORY : Mark.REMOVED));
  }

  private void add(Whiteout whiteout) {
    whiteout.hidden().ifPresent(hidden -> paths.add(PathHash.of(hidden), Mark.REMOVED));
    if (whiteout.isOpaque()) {
      paths.add(PathHash.of(TarPath.parent(whiteout.path())), Mark.REMOVED);
    }
  }

  /// Whether it has them all: there may be more than fit in memory.
  boolean isWhole() {
    return paths.part().isAll();
  }

  /// Whether nothing below the directory of that [PathHash] is seen any more.
  boolean hideAllIn(long directory) {
    return paths.has(directory, Mark.REMOVED);
  }

  /// Whether a file of that [PathHash] is not seen any more, whatever becomes of its directory.
  boolean hide(long file) {
    return paths.has(file, Mark.REMOVED) || paths.has(file, Mark.DIRECTORY);
  }
}

package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tar.Whiteout;
import io.github.dockerimageexporter.scrub.tree.DirectoryMarks;
import io.github.dockerimageexporter.scrub.tree.LowerTrees.Says;
import io.github.dockerimageexporter.scrub.tree.PathHash;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.scrub.tree.PathTable.Mark;
import io.github.dockerimageexporter.scrub.tree.TreeWalk;
import java.util.Optional;
import java.util.function.LongConsumer;

/// The paths that a layer's record has reason to be there for, and those that it removes.
final class ListedPaths implements EntryVisitor {
  private final PathTable paths;
  private final boolean isWholeTree;
  private final DirectoryMarks parents;

  /// @param paths takes them, as far as they are in its part
  ListedPaths(PathTable paths, boolean isWholeTree) {
    this.paths = paths;
    this.parents = new DirectoryMarks(paths, Mark.DIRECTORY);
    this.isWholeTree = isWholeTree;
  }

  /// Tells `each` of the [PathHash] of what a record says is there, but for what it need not list.
  static EntryVisitor each(boolean isWholeTree, LongConsumer each) {
    return (entry, _) -> {
      if (entry.type() != TarEntry.Type.GLOBAL_HEADER) {
        String path = TarPath.clean(entry.path());
        Optional<String> there =
            Whiteout.of(path)
                .map(whiteout -> isWholeTree ? Optional.<String>empty() : whiteout.hidden())
                .orElse(Optional.of(path));
        there.ifPresent(it -> each.accept(PathHash.of(it)));
      }
    };
  }

  @Override
  public void file(TarEntry entry, long crc64) {
    if (entry.type() == TarEntry.Type.GLOBAL_HEADER) {
      return;
    }
    String path = TarPath.clean(entry.path());
    parents.add(TarPath.parent(path));
    boolean isDirectory = entry.type() == TarEntry.Type.DIRECTORY;
    Whiteout.of(path)
        .ifPresentOrElse(this::add, () -> add(path, isDirectory ? Mark.DIRECTORY : Mark.FILE));
  }

  private void add(Whiteout whiteout) {
    if (!isWholeTree) {
      add(whiteout.path(), Mark.FILE);
      whiteout.ofAufs().ifPresent(device -> add(device, Mark.FILE));
    }
    whiteout.hidden().ifPresent(hidden -> add(hidden, isWholeTree ? Mark.REMOVED : Mark.FILE));
  }

  private void add(String path, Mark mark) {
    paths.add(PathHash.of(path), mark);
  }

  /// Whether there is something at `path` that is not a directory, or may be: what is not in the
  /// part is not known.
  boolean mayHaveFile(String path) {
    long hash = PathHash.of(path);
    return !paths.part().has(hash) || paths.has(hash, Mark.FILE);
  }

  /// The same of a directory.
  boolean mayHaveDirectory(String path) {
    long hash = PathHash.of(path);
    return !paths.part().has(hash) || paths.has(hash, Mark.DIRECTORY);
  }

  /// What the record says of a path to those who look at what the layers below have there.
  Says says(String path) {
    if (mayHaveFile(path) || Whiteout.opaqueMarks(path).stream().anyMatch(this::mayHaveFile)) {
      return Says.GONE;
    }
    return mayHaveDirectory(path) ? Says.DIRECTORY : Says.NOTHING;
  }

  /// Whether it says that a directory shows nothing of the layers below, or may.
  boolean mayHide(String directory) {
    return TarPath.way(directory).stream().anyMatch(way -> says(way) == Says.GONE);
  }

  /// Whether an entry is in the part.
  boolean isResponsibleFor(TreeWalk entry) {
    return paths.part().has(entry.hash());
  }

  boolean has(TreeWalk entry) {
    return paths.has(entry.hash(), Mark.FILE);
  }

  boolean hasAsDirectory(TreeWalk entry) {
    return paths.has(entry.hash(), Mark.DIRECTORY);
  }

  boolean hasRemoved(TreeWalk entry) {
    return paths.has(entry.hash(), Mark.REMOVED);
  }
}

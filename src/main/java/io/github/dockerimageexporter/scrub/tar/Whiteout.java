package io.github.dockerimageexporter.scrub.tar;

import java.util.List;
import java.util.Optional;

/// A name by which a tar says what its layer removes from those below it.
///
/// | name            | removes             | in an overlay's directory         | in a whole tree |
/// |-----------------|---------------------|-----------------------------------|-----------------|
/// | `.wh.x`         | `x`                 | `x`, a character device 0:0; or the name | no `x`   |
/// | `.wh..wh..opq`  | all else around it  | an attribute of the directory; or the name | nothing |
/// | other `.wh..wh.` of aufs | nothing    | nothing; or `.wh.` and the rest, a device | nothing |
///
/// Source: moby, `pkg/archive/whiteouts.go`, `archive_linux.go`, `diff.go`.
///
/// @param path its own
/// @param hidden what it removes, if that is one file or directory
public record Whiteout(String path, Optional<String> hidden) {
  private static final String PREFIX = ".wh.";
  private static final String META = ".wh..wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final List<String> OPAQUE_MARKS = List.of(OPAQUE, ".wh..opq");

  /// The one that the clean `path` is, if it is one.
  public static Optional<Whiteout> of(String path) {
    if (!path.startsWith(PREFIX, path.lastIndexOf('/') + 1)) {
      return Optional.empty();
    }
    String name = TarPath.name(path);
    String hidden = TarPath.child(TarPath.parent(path), name.substring(PREFIX.length()));
    return Optional.of(
        new Whiteout(path, name.startsWith(META) ? Optional.empty() : Optional.of(hidden)));
  }

  /// The path of the file that removes what is at the clean `path`.
  public static String nameOf(String path) {
    return TarPath.child(TarPath.parent(path), PREFIX + TarPath.name(path));
  }

  /// Whether a directory with a file of that name shows nothing of the layers below; fuse-overlayfs
  /// has two.
  public static boolean isOpaqueMark(String name) {
    return OPAQUE_MARKS.contains(name);
  }

  /// The paths of the files that make `directory` such a one.
  public static List<String> opaqueMarks(String directory) {
    return OPAQUE_MARKS.stream().map(name -> TarPath.child(directory, name)).toList();
  }

  /// What dockerd makes in an overlay's directory of a file of aufs, taking it for a whiteout.
  public Optional<String> ofAufs() {
    String rest = TarPath.name(path).substring(PREFIX.length());
    return hidden.isPresent() || isOpaque()
        ? Optional.empty()
        : Optional.of(TarPath.child(TarPath.parent(path), rest));
  }

  /// Whether it removes all that is in its directory.
  public boolean isOpaque() {
    return TarPath.name(path).equals(OPAQUE);
  }
}

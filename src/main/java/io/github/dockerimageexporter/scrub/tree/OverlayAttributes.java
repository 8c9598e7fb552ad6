package io.github.dockerimageexporter.scrub.tree;

import java.util.List;

/// The extended attributes by which overlay marks what a directory does not have itself.
///
/// They are in the `trusted` name space, or, of a daemon in a user name space, in `user`.
///
/// Source: Linux, `Documentation/filesystems/overlayfs.rst`.
public final class OverlayAttributes {
  /// Of directories that were moved, and of files of which only the metadata was copied.
  public static final List<String> REFERRING =
      List.of(
          "trusted.overlay.redirect",
          "trusted.overlay.metacopy",
          "user.overlay.redirect",
          "user.overlay.metacopy");

  /// Of directories that show nothing of the layers below; fuse-overlayfs has its own.
  public static final List<String> OPAQUE =
      List.of("trusted.overlay.opaque", "user.overlay.opaque", "user.fuseoverlayfs.opaque");

  private OverlayAttributes() {}
}

package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.posix.Attributes;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/// Tells whether the files of an overlay directory are what they seem.
///
/// | attribute          | on          | then the kernel                                   |
/// |--------------------|-------------|---------------------------------------------------|
/// | `overlay.redirect` | a directory | shows there what lies elsewhere, in a layer below |
/// | `overlay.metacopy` | a file      | has copied its metadata, and left the content     |
///
/// The attributes are in the `trusted` name space, or, of a daemon in a user name space, in `user`.
///
/// Source: Linux, `Documentation/filesystems/overlayfs.rst`.
public final class OverlayMarks {
  private static final List<String> MARKS =
      List.of(
          "trusted.overlay.redirect",
          "trusted.overlay.metacopy",
          "user.overlay.redirect",
          "user.overlay.metacopy");

  private OverlayMarks() {}

  /// Whether nothing in `content` is marked; false, too, if that cannot be told.
  public static boolean isPlain(Path content) {
    if (!Attributes.canSeeTrusted()) {
      return false;
    }
    var search = new Search();
    try {
      Files.walkFileTree(content, search);
      return !search.found;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static final class Search extends SimpleFileVisitor<Path> {
    private boolean found;

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      return visit(directory);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      return attributes.isRegularFile() ? visit(file) : FileVisitResult.CONTINUE;
    }

    private FileVisitResult visit(Path path) throws IOException {
      for (String mark : MARKS) {
        found |= Attributes.has(path, mark);
      }
      return found || Thread.currentThread().isInterrupted()
          ? FileVisitResult.TERMINATE
          : FileVisitResult.CONTINUE;
    }
  }
}

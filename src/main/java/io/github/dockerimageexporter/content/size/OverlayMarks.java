package io.github.dockerimageexporter.content.size;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.Attributes;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.scrub.tree.OverlayAttributes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Tells whether the files of an overlay directory are what they seem.
///
/// | attribute          | on          | then the kernel                                   |
/// |--------------------|-------------|---------------------------------------------------|
/// | `overlay.redirect` | a directory | shows there what lies elsewhere, in a layer below |
/// | `overlay.metacopy` | a file      | has copied its metadata, and left the content     |
///
/// Source: Linux, `Documentation/filesystems/overlayfs.rst`.
final class OverlayMarks {
  private static final int MAX_PATH = 4000;

  private OverlayMarks() {}

  /// Whether nothing in `content` is marked; false, too, if this process is not shown the marks.
  /// Empty if it could not be read now, which says nothing.
  static Optional<Boolean> isPlain(StorePath content) {
    if (!Attributes.canSeeTrusted()) {
      return Optional.of(false);
    }
    String object = content.object();
    int slash = object.lastIndexOf('/');
    try (Directory parent =
        RootDirectory.open(content.root(), content.list(), object.substring(0, slash))) {
      return isPlain(parent, object.substring(slash + 1));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<Boolean> isPlain(Directory parent, String content) throws IOException {
    if (isMarked(parent, content)) {
      return Optional.of(false);
    }
    Deque<String> pending = new ArrayDeque<>(List.of(content));
    while (!pending.isEmpty()) {
      String path = pending.pop();
      try (Directory directory = parent.openDirectory(path)) {
        for (DirectoryEntry entry : directory.entries()) {
          if (Thread.currentThread().isInterrupted()) {
            return Optional.empty();
          }
          if (isHidden(path, entry) || (canBeMarked(entry) && isMarked(directory, entry.name()))) {
            return Optional.of(false);
          }
          if (entry.isDirectory()) {
            pending.push(path + "/" + entry.name());
          }
        }
      }
    }
    return Optional.of(true);
  }

  /// Whether it is out of reach for good: deeper than a path leads, or of a name that is no text.
  private static boolean isHidden(String path, DirectoryEntry entry) {
    return entry.name().indexOf(Directory.NOT_UTF_8) >= 0
        || path.length() + entry.name().length() > MAX_PATH;
  }

  private static boolean canBeMarked(DirectoryEntry entry) {
    return entry.isDirectory() || entry.kind() == FileKind.REGULAR;
  }

  private static boolean isMarked(Directory directory, String name) throws IOException {
    for (String mark : OverlayAttributes.REFERRING) {
      if (directory.hasAttribute(name, mark)) {
        return true;
      }
    }
    return false;
  }
}

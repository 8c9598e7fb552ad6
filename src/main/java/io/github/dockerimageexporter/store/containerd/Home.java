package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Containerd's root directory, opened: in the data root, or by itself.
///
/// @param root what is opened
/// @param prefix what leads from there to containerd's root, with its slash, or nothing
/// @param shown how paths in it begin for users: relative to the data root, or absolute
record Home(RootDirectory root, String prefix, String shown) {

  /// A path as users see it, from what is opened.
  String inRoot(String path) {
    return prefix + path.substring(shown.length() + 1);
  }

  /// What is in containerd's root itself.
  List<DirectoryEntry> entries() throws IOException {
    if (prefix.isEmpty()) {
      return root.entries();
    }
    try (Directory directory = root.openDirectory(prefix.substring(0, prefix.length() - 1))) {
      return directory.entries();
    }
  }

  Directory openDirectory(String path) throws IOException {
    return root.openDirectory(inRoot(path));
  }

  Optional<FileStatus> find(String path) throws IOException {
    return root.find(inRoot(path));
  }

  /// Whether there is something; not if that cannot be seen.
  boolean has(String path) {
    try {
      return find(path).isPresent();
    } catch (IOException unreadable) {
      return false;
    }
  }

  /// When something was last changed; nothing if that cannot be seen.
  Optional<Instant> modifiedAt(String path) {
    try {
      return find(path).map(FileStatus::modifiedAt);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}

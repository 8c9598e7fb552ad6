package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.graphdriver.overlay.OverlayStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/// What a graph driver has in the directory of a cache ID.
///
/// | driver                       | content of the layer     |
/// |------------------------------|--------------------------|
/// | `overlay2`, `fuse-overlayfs` | `diff` in the directory  |
/// | `vfs`, `btrfs`               | the directory itself     |
///
/// Of other drivers nothing is known: zfs and devicemapper keep no directory, the rest is history.
///
/// Source: moby, `daemon/graphdriver/{overlay2,fuse-overlayfs,vfs,btrfs}`.
///
/// @param content the child that holds the content, if one does
record DriverForm(Optional<String> content) {

  /// Empty for a driver of which nothing is known.
  static Optional<DriverForm> of(String graphDriver) {
    return switch (graphDriver) {
      case "overlay2", "fuse-overlayfs" -> Optional.of(new DriverForm(Optional.of("diff")));
      case "vfs", "btrfs" -> Optional.of(new DriverForm(Optional.empty()));
      default -> Optional.empty();
    };
  }

  /// Whether a directory holds one layer, and names those that it stands on.
  boolean stacks() {
    return content.isPresent();
  }

  /// What a layer's directory has. A link there is one that Docker follows and we do not.
  ///
  /// @param overlays told of each directory that is open, if the driver stacks them
  Seen look(Directory home, DirectoryEntry entry, OverlayStore overlays) {
    if (entry.kind() == FileKind.REGULAR || entry.kind() == FileKind.OTHER) {
      return Seen.of(Content.FOREIGN);
    }
    if (content.isEmpty() && entry.kind() == FileKind.DIRECTORY) {
      return Seen.PRESENT;
    }
    try (Directory own = home.openDirectory(entry.name())) {
      return content.isEmpty() ? Seen.PRESENT : look(own, entry, content.get(), overlays);
    } catch (NoSuchFileException vanished) {
      return Seen.of(Content.ABSENT);
    } catch (IOException unreadable) {
      return new Seen(Content.UNREADABLE, ReadFailures.reason(unreadable));
    }
  }

  /// Whether a layer's directory that had its content has it still, with the same words.
  boolean isAsBefore(Directory home, DirectoryEntry entry, OverlayStore overlays) {
    return content.isEmpty()
        || (entry.hasDirectory(home, content.get()) && overlays.isAsBefore(home, entry));
  }

  private static Seen look(
      Directory own, DirectoryEntry entry, String content, OverlayStore overlays)
      throws IOException {
    Optional<FileKind> kind = own.find(content).map(FileStatus::kind);
    overlays.read(own, entry.name(), entry.inode());
    if (kind.isEmpty()) {
      return Seen.of(Content.ABSENT);
    }
    if (kind.get() == FileKind.SYMBOLIC_LINK) {
      own.openDirectory(content).close();
    }
    return kind.get() == FileKind.DIRECTORY ? Seen.PRESENT : Seen.of(Content.FOREIGN);
  }

  /// What stands where a layer's content should be.
  ///
  /// @param obstacle why it is unreadable, if it is
  record Seen(Content content, String obstacle) {
    static final Seen PRESENT = new Seen(Content.PRESENT, "");

    static Seen of(Content content) {
      return new Seen(content, "");
    }
  }
}

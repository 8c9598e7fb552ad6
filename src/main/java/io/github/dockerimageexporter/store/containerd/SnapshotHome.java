package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The directories of a snapshotter, by name.
///
/// | directory          | content                                                                 |
/// |--------------------|-------------------------------------------------------------------------|
/// | `snapshots/<n>`    | a snapshot: its files in `fs`, with `native` directly                   |
/// | `snapshots/new-*`  | a snapshot that is being made                                           |
///
/// Source: containerd, `plugins/snapshots/{overlay,native}`.
///
/// @param homeBytes what the directory that they stand in takes by itself
record SnapshotHome(Map<String, Found> directories, long homeBytes, boolean known) {
  private static final SnapshotHome NONE = new SnapshotHome(Map.of(), 0, true);
  private static final SnapshotHome UNKNOWN = new SnapshotHome(Map.of(), 0, false);

  /// The snapshotters whose directories look like this; others keep their snapshots elsewhere.
  private static final Set<String> LAYOUTS =
      Set.of("overlayfs", "native", "fuse-overlayfs", "stargz", "soci", "nydus");

  /// @param content what stands where the files should be
  record Found(DirectoryEntry entry, Content content) {}

  static SnapshotHome read(Home home, ContainerdLayout layout, ReadFailures failures) {
    if (!LAYOUTS.contains(layout.snapshotter())) {
      failures.unknown(StorePart.DIRECTORIES);
      return UNKNOWN;
    }
    try (Directory directory = home.openDirectory(layout.directories())) {
      var found = new TreeMap<String, Found>();
      for (DirectoryEntry entry : directory.entries()) {
        if (entry.isDirectory()) {
          found.put(entry.name(), new Found(entry, content(directory, entry, layout)));
        }
      }
      return new SnapshotHome(found, directory.status().allocatedBytes(), true);
    } catch (NoSuchFileException noSnapshotYet) {
      return NONE;
    } catch (IOException unreadable) {
      failures.part(StorePart.DIRECTORIES, layout.directories(), unreadable);
      return UNKNOWN;
    }
  }

  private static Content content(
      Directory snapshots, DirectoryEntry entry, ContainerdLayout layout) {
    if (layout.content().isEmpty()) {
      return Content.PRESENT;
    }
    try {
      Optional<FileStatus> status = snapshots.find(entry.name() + "/" + layout.content());
      if (status.isEmpty()) {
        return Content.ABSENT;
      }
      return status.get().kind() == FileKind.DIRECTORY ? Content.PRESENT : Content.FOREIGN;
    } catch (IOException notVisible) {
      return Content.UNREADABLE;
    }
  }

  /// Whether the files of the snapshot with a directory of that name are there.
  boolean hasContent(String name) {
    @Nullable Found found = directories.get(name);
    return found != null && found.content() == Content.PRESENT;
  }

  /// What stands where the files of snapshot `number` should be.
  Content content(long number) {
    if (!known) {
      return Content.UNREADABLE;
    }
    @Nullable Found found = directories.get(String.valueOf(number));
    return found == null ? Content.ABSENT : found.content();
  }
}

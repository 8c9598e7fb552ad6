package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
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
/// @param others what is not a directory
/// @param homeBytes what the directory that they stand in takes by itself
record SnapshotHome(
    Map<String, Found> directories, List<String> others, long homeBytes, boolean known) {
  private static final SnapshotHome NONE = new SnapshotHome(Map.of(), List.of(), 0, true);
  private static final SnapshotHome UNKNOWN = new SnapshotHome(Map.of(), List.of(), 0, false);

  /// What the snapshotter calls its directories: by number, but for those that it makes or removes.
  private static final Pattern NAME = Pattern.compile("[0-9]+|(new|rm)-.*");

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
      var others = new ArrayList<String>();
      for (DirectoryEntry entry : directory.entries()) {
        if (entry.isDirectory()) {
          found.put(entry.name(), new Found(entry, content(directory, entry, layout)));
        } else {
          others.add(entry.name());
        }
      }
      return new SnapshotHome(found, others, directory.status().allocatedBytes(), true);
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

  /// The directories that no snapshot has.
  ///
  /// @param recorded the numbers of all snapshots that the snapshotter has a record of
  Set<String> unowned(Set<String> recorded) {
    var unowned = new TreeSet<String>(directories.keySet());
    unowned.removeAll(recorded);
    return unowned;
  }

  /// Adds what no snapshot has.
  ///
  /// @param unowned the directories of that kind
  /// @param abandoned since when, of those that had one
  void addLeftovers(
      Home home,
      ContainerdLayout layout,
      Set<String> unowned,
      Map<String, Instant> abandoned,
      ReadFailures failures,
      Leftovers leftovers) {
    if (unowned.isEmpty() && others.isEmpty()) {
      return;
    }
    String path = layout.directories();
    try (Directory directory = home.openDirectory(path)) {
      for (String name : unowned) {
        var kind = NAME.matcher(name).matches() ? Leftover.Kind.DIRECTORY : Leftover.Kind.STRAY;
        leftovers.add(kind, directory, path, name, abandoned.getOrDefault(name, Instant.MIN));
      }
      others.forEach(name -> leftovers.add(Leftover.Kind.STRAY, directory, path, name));
    } catch (NoSuchFileException vanished) {
      return;
    } catch (IOException unreadable) {
      failures.path(path, unreadable);
    }
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

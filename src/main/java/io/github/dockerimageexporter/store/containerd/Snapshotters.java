package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The snapshotters that a daemon has used in its namespace: an engine that is given another one
/// keeps the snapshots of the one before, and nothing marks them.
///
/// | snapshots in the namespace | in use is                                                       |
/// |----------------------------|-----------------------------------------------------------------|
/// | of one                     | that one                                                        |
/// | of several                 | what the containers that were loaded at the last start name; or |
/// |                            | the only one that BuildKit has a directory for                  |
/// | none                       | what BuildKit was started for last                              |
///
/// @param names those with snapshots, the one in use first; never none
/// @param used the one in use, if that is known
record Snapshotters(List<String> names, Optional<String> used) {
  /// How the names of BuildKit's own directories begin, one for each snapshotter.
  private static final String BUILDKIT = "containerd-";

  private static final String USUAL = "overlayfs";

  /// Those of a daemon's own namespace.
  ///
  /// @param prefix what leads to the daemon's own root, with its slash, or nothing
  /// @param loaded what the containers name that were loaded at the last start
  static Snapshotters ofDaemon(
      Namespace namespace, RootDirectory root, String prefix, Optional<String> loaded)
      throws IOException {
    List<String> names = withSnapshots(namespace);
    if (names.size() == 1) {
      return new Snapshotters(names, Optional.of(names.getFirst()));
    }
    Map<String, Instant> ofBuildKit = ofBuildKit(root, prefix);
    if (names.isEmpty()) {
      String last =
          ofBuildKit.entrySet().stream()
              .max(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .orElse(USUAL);
      return new Snapshotters(List.of(last), Optional.of(last));
    }
    List<String> built = names.stream().filter(ofBuildKit::containsKey).toList();
    Optional<String> used =
        loaded
            .filter(names::contains)
            .or(() -> built.size() == 1 ? built.stream().findFirst() : Optional.empty());
    return new Snapshotters(
        names.stream()
            .sorted(Comparator.comparing(name -> !used.equals(Optional.of(name))))
            .toList(),
        used);
  }

  /// Those of a namespace that is not a daemon's: what of it is used, containerd does not say.
  static Snapshotters of(Namespace namespace) {
    List<String> names = withSnapshots(namespace);
    return new Snapshotters(names.isEmpty() ? List.of(USUAL) : names, Optional.empty());
  }

  /// Whether dockerd uses the snapshots of one.
  ///
  /// @param daemon whether it uses containerd
  StoreUse use(String name, StoreUse daemon) {
    if (used.isEmpty()) {
      return daemon == StoreUse.LEFT_BEHIND ? daemon : StoreUse.UNKNOWN;
    }
    return used.get().equals(name) ? daemon : StoreUse.LEFT_BEHIND;
  }

  /// Those with snapshots, most first.
  private static List<String> withSnapshots(Namespace namespace) {
    return namespace.snapshots().entrySet().stream()
        .filter(each -> !each.getValue().isEmpty())
        .sorted(Comparator.comparingInt(each -> -each.getValue().size()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// When BuildKit was started for each for the first time, or changed something there since.
  private static Map<String, Instant> ofBuildKit(RootDirectory root, String prefix)
      throws IOException {
    var started = new TreeMap<String, Instant>();
    try (Directory directory = root.openDirectory(prefix + "buildkit")) {
      for (DirectoryEntry entry : directory.sortedEntries()) {
        if (entry.name().startsWith(BUILDKIT)) {
          Optional<FileStatus> status = directory.find(entry.name());
          status.ifPresent(
              found -> started.put(entry.name().substring(BUILDKIT.length()), found.modifiedAt()));
        }
      }
    } catch (NoSuchFileException none) {
      // No daemon has started with images in containerd.
    }
    return started;
  }
}

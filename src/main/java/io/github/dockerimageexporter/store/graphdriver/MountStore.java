package io.github.dockerimageexporter.store.graphdriver;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.InvalidMount;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import io.github.dockerimageexporter.store.container.ContainerStore;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StatCache;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads `image/<driver>/layerdb/mounts`, one directory for each container and each mount of a
/// builder.
///
/// An image that is mounted in a container has a mount `<container>-<reference>` without init layer
/// (Docker 28). Where the reference has a slash, that is a directory in a directory, and the outer
/// one, which has none of [MountFiles], stays behind when the mount is removed. A directory without
/// any of them is not a mount, and names nothing.
///
/// Source: moby, `daemon/internal/layer/filestore.go`.
final class MountStore {
  /// Docker's longest is a container's ID and a reference.
  private static final int MAX_NAME_LENGTH = 1024;

  private final GraphDriverLayout layout;
  private final StatCache<Found> cache = new StatCache<>();

  MountStore(GraphDriverLayout layout) {
    this.layout = layout;
  }

  /// The mounts of one pass, sorted by name.
  ///
  /// @param unread those that could not be read, or the list of them
  record Mounts(Map<String, RwLayer> valid, Map<String, InvalidMount> invalid, Set<String> unread) {

    boolean has(String name) {
      return valid.containsKey(name) || invalid.containsKey(name) || unread.contains(name);
    }

    /// Whether all of them say which directories of the driver are theirs.
    boolean tellEveryDirectory() {
      return unread.isEmpty() && invalid.values().stream().allMatch(InvalidMount::tellsDirectory);
    }

    /// Whether all of them say which chain they stand on.
    boolean tellEveryParent() {
      return unread.isEmpty() && invalid.values().stream().allMatch(InvalidMount::tellsParent);
    }
  }

  /// What a directory holds.
  ///
  /// @param mount empty if none of a mount's files is there
  /// @param nested the directories in it, by their paths from `mounts` on
  private record Found(Optional<MountFiles.Mount> mount, List<DirectoryEntry> nested) {}

  /// One pass.
  ///
  /// @param needed the containers that need their mounts: what is wrong with those is a problem
  private record Pass(Mounts mounts, Set<String> needed, ReadFailures failures) {}

  Mounts read(
      RootDirectory root,
      ContainerStore.Containers containers,
      ReadFailures failures,
      Leftovers leftovers) {
    var mounts = new Mounts(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
    var pass = new Pass(mounts, needed(containers), failures);
    try (Directory store = root.openDirectory(layout.mounts())) {
      for (DirectoryEntry entry : store.entries()) {
        if (entry.isDirectory()) {
          readAll(store, entry, pass);
        } else {
          leftovers.add(Leftover.Kind.STRAY, store, layout.mounts(), entry.name());
        }
      }
      containers.names().ifPresent(names -> addUnowned(store, names, mounts, leftovers));
    } catch (NoSuchFileException noMountYet) {
      return mounts;
    } catch (IOException unreadable) {
      mounts.unread().add(layout.mounts());
      failures.part(StorePart.MOUNTS, layout.mounts(), unreadable);
    }
    cache.turn();
    return mounts;
  }

  private static Set<String> needed(ContainerStore.Containers containers) {
    return containers.own().stream()
        .filter(container -> !container.removing())
        .map(Container::id)
        .collect(toSet());
  }

  /// The mounts of containers that are gone.
  private void addUnowned(
      Directory store, Set<String> containers, Mounts mounts, Leftovers leftovers) {
    for (RwLayer mount : mounts.valid().values()) {
      if (mount.initId().isPresent() && !containers.contains(mount.name())) {
        leftovers.add(Leftover.Kind.MOUNT, store, layout.mounts(), mount.name());
      }
    }
  }

  /// Reads a directory and all that are nested in it, each opened by its whole path, so that
  /// however deep they are few are open at once.
  private void readAll(Directory store, DirectoryEntry top, Pass pass) {
    var pending = new ArrayDeque<DirectoryEntry>();
    pending.push(top);
    while (!pending.isEmpty()) {
      read(store, pending.pop(), pass).forEach(pending::push);
    }
  }

  /// Reads one directory.
  ///
  /// @param entry with its path from `mounts` on, which is the mount's name
  /// @return those nested in it
  private List<DirectoryEntry> read(Directory store, DirectoryEntry entry, Pass pass) {
    try (Directory directory = store.openDirectory(entry.name())) {
      Found found = recall(directory, entry);
      take(found, entry.name(), pass);
      requireShortNames(found.nested());
      return found.nested();
    } catch (NoSuchFileException removedSinceItWasListed) {
      return List.of();
    } catch (IOException unreadable) {
      pass.mounts().unread().add(entry.name());
      pass.failures().path(layout.mounts() + "/" + entry.name(), unreadable);
      return List.of();
    }
  }

  private void take(Found found, String name, Pass pass) {
    Optional<MountFiles.Mount> mount = found.mount();
    if (mount.isEmpty() && pass.needed().contains(name)) {
      mount = Optional.of(MountFiles.missing(layout, name));
    }
    if (mount.isPresent()) {
      switch (mount.get()) {
        case MountFiles.Valid(RwLayer valid) -> pass.mounts().valid().put(name, valid);
        case MountFiles.Invalid(InvalidMount invalid) -> takeInvalid(invalid, pass);
      }
    }
  }

  private static void takeInvalid(InvalidMount mount, Pass pass) {
    pass.mounts().invalid().put(mount.name(), mount);
    boolean tellsAll = mount.tellsDirectory() && mount.tellsParent();
    if (!tellsAll && !pass.needed().contains(mount.name())) {
      pass.failures().path(mount.path(), mount.reason());
    }
  }

  private Found recall(Directory directory, DirectoryEntry entry) throws IOException {
    var files = MountFiles.of(layout, entry.name(), directory);
    Stamp stamp = files.stamp().with(Stamp.of(directory.status()));
    @Nullable Found unchanged = cache.recall(entry, stamp);
    return unchanged != null
        ? unchanged
        : cache.remember(entry, stamp, new Found(files.read(), nested(directory, entry.name())));
  }

  private static List<DirectoryEntry> nested(Directory directory, String name) throws IOException {
    return directory.sortedEntries().stream()
        .filter(DirectoryEntry::isDirectory)
        .map(each -> new DirectoryEntry(name + "/" + each.name(), each.kind(), each.inode()))
        .toList();
  }

  private static void requireShortNames(List<DirectoryEntry> nested) throws BeyondLimitException {
    if (nested.stream().anyMatch(each -> each.name().length() > MAX_NAME_LENGTH)) {
      throw new BeyondLimitException(
          "has a mount whose name has more than %d characters, the limit here"
              .formatted(MAX_NAME_LENGTH));
    }
  }
}

package io.github.dockerimageexporter.store.graphdriver;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
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
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StatCache;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `image/<driver>/layerdb/mounts`, one directory for each container and each mount of a
/// builder.
///
/// | file       | content                                          | absent when           |
/// |------------|--------------------------------------------------|-----------------------|
/// | `mount-id` | the driver's directory that takes the writes     | never                 |
/// | `init-id`  | the driver's directory below it, `<mount-id>-init` | it is no container's |
/// | `parent`   | the image's top chain                            | `FROM scratch`        |
///
/// An image that is mounted in a container has a mount `<container>-<reference>` without init layer
/// (Docker 28). Where the reference has a slash, that is a directory in a directory, and the outer
/// one, which has none of the files, stays behind when the mount is removed. A directory without
/// any of them is no mount, and names nothing.
///
/// These files are written one by one and in place, so a mount that is just made or removed is
/// incomplete for a moment. Docker takes only names of its own making for the first two, whoever
/// asked for the mount, and passes over a mount that it cannot read.
///
/// Source: moby, `daemon/internal/layer/filestore.go`.
final class MountStore {
  private static final String MOUNT_ID = "mount-id";
  private static final String INIT_ID = "init-id";
  private static final String PARENT = "parent";
  private static final String INIT = "-init";

  /// Docker's longest is a container's ID and a reference.
  private static final int MAX_NAME_LENGTH = 1024;

  private static final Pattern DRIVER_NAME = Pattern.compile("[a-f0-9]{64}(-init)?");

  private final GraphDriverLayout layout;
  private final StatCache<Outcome> memory = new StatCache<>();

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

  /// What a directory is.
  ///
  /// @param mount empty if none of a mount's files is there
  /// @param nested the directories in it
  private record Outcome(Optional<MountRecord> mount, List<DirectoryEntry> nested) {}

  private sealed interface MountRecord {}

  private record Valid(RwLayer mount) implements MountRecord {}

  private record Invalid(InvalidMount mount) implements MountRecord {}

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
          read(store, entry, entry.name(), pass);
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
    memory.turn();
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

  /// Reads a directory and all that are nested in it.
  ///
  /// @param name its path from `mounts` on, which is the mount's name
  private void read(Directory parent, DirectoryEntry entry, String name, Pass pass) {
    String path = layout.mounts() + "/" + name;
    try (Directory directory = parent.openDirectory(entry.name())) {
      Outcome found = recall(directory, entry, name);
      take(found, name, pass);
      for (DirectoryEntry nested : found.nested()) {
        if (name.length() + nested.name().length() > MAX_NAME_LENGTH) {
          throw new BeyondLimitException(
              "has a mount whose name has more than %d characters, the limit here"
                  .formatted(MAX_NAME_LENGTH));
        }
        read(directory, nested, name + "/" + nested.name(), pass);
      }
    } catch (NoSuchFileException vanished) {
      // Removed since it was listed.
    } catch (IOException unreadable) {
      pass.mounts().unread().add(name);
      pass.failures().path(path, unreadable);
    }
  }

  private void take(Outcome found, String name, Pass pass) {
    Optional<MountRecord> mount = found.mount();
    if (mount.isEmpty() && pass.needed().contains(name)) {
      mount = Optional.of(new Invalid(withoutFiles(name)));
    }
    if (mount.isPresent()) {
      switch (mount.get()) {
        case Valid(RwLayer valid) -> pass.mounts().valid().put(name, valid);
        case Invalid(InvalidMount invalid) -> takeInvalid(invalid, pass);
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

  private Outcome recall(Directory directory, DirectoryEntry entry, String name)
      throws IOException {
    var files = new MountFiles(name, directory);
    Stamp stamp = files.stamp().with(Stamp.of(directory.status()));
    var named = new DirectoryEntry(name, entry.kind(), entry.inode());
    @Nullable Outcome known = memory.recall(named, stamp);
    if (known != null) {
      return known;
    }
    List<DirectoryEntry> nested =
        directory.sortedEntries().stream().filter(DirectoryEntry::isDirectory).toList();
    Optional<MountRecord> mount = files.isAny() ? Optional.of(read(files)) : Optional.empty();
    return memory.remember(named, stamp, new Outcome(mount, nested));
  }

  private MountRecord read(MountFiles files) throws IOException {
    try {
      return new Valid(
          new RwLayer(
              files.name(),
              files.mountId().require(MountStore::parseDriverName),
              files.initId().find(MountStore::parseDriverName),
              files.parent().find(MountStore::parseParent)));
    } catch (MalformedFileException malformed) {
      return new Invalid(invalid(files, malformed));
    }
  }

  private InvalidMount invalid(MountFiles files, MalformedFileException malformed)
      throws IOException {
    Optional<CacheId> initId = find(files.initId(), MountStore::parseDriverName);
    Optional<CacheId> mountId =
        find(files.mountId(), MountStore::parseDriverName)
            .or(() -> initId.flatMap(MountStore::aboveInit));
    Optional<ChainId> parent = find(files.parent(), MountStore::parseParent);
    return new InvalidMount(
        files.name(),
        layout.mounts() + "/" + files.name() + "/" + malformed.name(),
        mountId,
        initId,
        parent,
        mountId.isPresent() || !(files.mountId().isThere() || files.initId().isThere()),
        parent.isPresent() || !files.parent().isThere(),
        malformed.name() + ": " + malformed.reason());
  }

  private InvalidMount withoutFiles(String name) {
    return new InvalidMount(
        name,
        layout.mounts() + "/" + name + "/" + MOUNT_ID,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        true,
        MOUNT_ID + ": missing");
  }

  private static <T> Optional<T> find(StoreFile file, Function<String, T> parse)
      throws IOException {
    try {
      return file.find(parse);
    } catch (MalformedFileException unknown) {
      return Optional.empty();
    }
  }

  /// The files of one mount.
  private record MountFiles(String name, StoreFile mountId, StoreFile initId, StoreFile parent) {
    MountFiles(String name, Directory directory) throws IOException {
      this(
          name,
          StoreFile.of(directory, MOUNT_ID),
          StoreFile.of(directory, INIT_ID),
          StoreFile.of(directory, PARENT));
    }

    Stamp stamp() {
      return StoreFile.stamp(mountId, initId, parent);
    }

    boolean isAny() {
      return mountId.isThere() || initId.isThere() || parent.isThere();
    }
  }

  private static ChainId parseParent(String text) {
    return ChainId.parse(text.strip());
  }

  /// The directory that stands on the init layer `initId`.
  private static Optional<CacheId> aboveInit(CacheId initId) {
    String name = initId.value();
    return name.endsWith(INIT)
        ? Optional.of(new CacheId(name.substring(0, name.length() - INIT.length())))
        : Optional.empty();
  }

  private static CacheId parseDriverName(String text) {
    var id = new CacheId(text.strip());
    if (!DRIVER_NAME.matcher(id.value()).matches()) {
      throw new IllegalArgumentException(
          "expected 64 hexadecimal digits, or those and -init, found \"" + id + "\"");
    }
    return id;
  }
}

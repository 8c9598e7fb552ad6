package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.InvalidMount;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.model.RwLayer;
import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
/// These files are written one by one and in place, so a mount that is just made or removed is
/// incomplete for a moment. Docker takes only names of its own making for the first two, whoever
/// asked for the mount, and passes over a mount that it cannot read.
///
/// Source: moby, `daemon/internal/layer/filestore.go`.
final class MountStore {
  private static final String MOUNT_ID = "mount-id";
  private static final String INIT_ID = "init-id";
  private static final String PARENT = "parent";

  private static final Pattern DRIVER_NAME = Pattern.compile("[a-f0-9]{64}(-init)?");

  private final StoreLayout layout;
  private final StatCache<Outcome> memory = new StatCache<>();

  MountStore(StoreLayout layout) {
    this.layout = layout;
  }

  /// The mounts of one pass, sorted by name.
  record Mounts(Map<String, RwLayer> valid, Map<String, InvalidMount> invalid) {}

  private sealed interface Outcome {}

  private record Valid(RwLayer mount) implements Outcome {}

  private record Invalid(InvalidMount mount) implements Outcome {}

  /// @param containers the names of the containers' directories; empty if they are not known
  Mounts read(
      Directory root,
      Optional<Set<String>> containers,
      ReadFailures failures,
      Leftovers leftovers) {
    var mounts = new Mounts(new TreeMap<>(), new TreeMap<>());
    try (Directory store = root.openDirectory(layout.mounts())) {
      for (DirectoryEntry entry : store.entries()) {
        if (entry.kind() == FileKind.DIRECTORY) {
          read(store, entry, mounts, failures);
        } else {
          leftovers.add(Leftover.Kind.STRAY, store, layout.mounts(), entry.name());
        }
      }
      containers.ifPresent(
          present ->
              mounts.valid().values().stream()
                  .filter(mount -> mount.initId().isPresent() && !present.contains(mount.name()))
                  .forEach(
                      mount ->
                          leftovers.add(
                              Leftover.Kind.MOUNT, store, layout.mounts(), mount.name())));
    } catch (NoSuchFileException noMountYet) {
      return mounts;
    } catch (IOException unreadable) {
      failures.part(StorePart.MOUNTS, layout.mounts(), unreadable);
    }
    memory.turn();
    return mounts;
  }

  private void read(Directory store, DirectoryEntry entry, Mounts mounts, ReadFailures failures) {
    try (Directory directory = store.openDirectory(entry.name())) {
      var files = new MountFiles(entry.name(), directory);
      long stamp = files.stamp();
      @Nullable Outcome known = memory.recall(entry, stamp);
      switch (known != null ? known : memory.remember(entry, stamp, read(files))) {
        case Valid(RwLayer mount) -> mounts.valid().put(mount.name(), mount);
        case Invalid(InvalidMount mount) -> mounts.invalid().put(mount.name(), mount);
      }
    } catch (NoSuchFileException vanished) {
      // Removed since it was listed.
    } catch (IOException unreadable) {
      failures.path(layout.mounts() + "/" + entry.name(), unreadable);
    }
  }

  private Outcome read(MountFiles files) throws IOException {
    try {
      return new Valid(
          new RwLayer(
              files.name(),
              files.mountId().require(MountStore::parseDriverName),
              files.initId().find(MountStore::parseDriverName),
              files.parent().find(text -> ChainId.parse(text.strip()))));
    } catch (MalformedFileException malformed) {
      return new Invalid(
          new InvalidMount(
              files.name(),
              layout.mounts() + "/" + files.name() + "/" + malformed.name(),
              findDriverName(files.mountId()),
              findDriverName(files.initId()),
              malformed.name() + ": " + malformed.reason()));
    }
  }

  private static Optional<CacheId> findDriverName(StoreFile file) throws IOException {
    try {
      return file.find(MountStore::parseDriverName);
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

    long stamp() {
      return StoreFile.stamp(mountId, initId, parent);
    }
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

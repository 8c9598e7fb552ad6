package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
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
import java.util.TreeMap;

/// Reads `image/<driver>/layerdb/mounts`, one directory for each container and each mount of a
/// builder.
///
/// | file       | content                                          | absent when           |
/// |------------|--------------------------------------------------|-----------------------|
/// | `mount-id` | the driver's directory that takes the writes     | never                 |
/// | `init-id`  | the driver's directory below it, `<mount-id>-init` | it is no container's |
/// | `parent`   | the image's top chain                            | `FROM scratch`        |
///
/// These files are written one by one and in place, so an incomplete mount is passed over: it is
/// most often one that is just made or removed.
///
/// Source: moby, `daemon/internal/layer/filestore.go`.
final class MountStore {
  private static final String MOUNT_ID = "mount-id";
  private static final String INIT_ID = "init-id";
  private static final String PARENT = "parent";

  private final StoreLayout layout;
  private final Memory<Optional<RwLayer>> memory = new Memory<>();

  MountStore(StoreLayout layout) {
    this.layout = layout;
  }

  /// The complete mounts, sorted by name.
  Map<String, RwLayer> read(Directory root, Blindness blindness) {
    var mounts = new TreeMap<String, RwLayer>();
    try (Directory store = root.openDirectory(layout.mounts())) {
      for (DirectoryEntry entry : store.entries()) {
        if (entry.kind() == FileKind.DIRECTORY) {
          read(store, entry, blindness).ifPresent(mount -> mounts.put(mount.name(), mount));
        }
      }
    } catch (NoSuchFileException noMountYet) {
      return mounts;
    } catch (IOException unreadable) {
      blindness.part(StorePart.MOUNTS, layout.mounts(), unreadable);
    }
    memory.turn();
    return mounts;
  }

  private Optional<RwLayer> read(Directory store, DirectoryEntry entry, Blindness blindness) {
    try (Directory directory = store.openDirectory(entry.name())) {
      var mount = new MountFiles(entry.name(), directory);
      return memory.recall(entry, mount.stamp(), mount::read);
    } catch (NoSuchFileException vanished) {
      return Optional.empty();
    } catch (IOException unreadable) {
      blindness.path(layout.mounts() + "/" + entry.name(), unreadable);
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

    Optional<RwLayer> read() throws IOException {
      try {
        return Optional.of(
            new RwLayer(
                name,
                mountId.require(text -> new CacheId(text.strip())),
                initId.find(text -> new CacheId(text.strip())),
                parent.find(text -> ChainId.parse(text.strip()))));
      } catch (MalformedFileException incomplete) {
        return Optional.empty();
      }
    }
  }
}

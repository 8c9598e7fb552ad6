package io.github.dockerimageexporter.store.container;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// The container whose configuration was written last, of all drivers in a data root.
///
/// @param driver the storage driver that it names; empty if it names none
public record LastContainer(Instant written, String driver) {

  /// Empty if there is no container whose configuration can be understood.
  ///
  /// @param path where the containers are
  public static Optional<LastContainer> in(RootDirectory root, String path) {
    try (Directory containers = root.openDirectory(path)) {
      Optional<String> last = Optional.empty();
      Instant written = Instant.MIN;
      for (DirectoryEntry entry : containers.entries()) {
        Optional<Instant> modified = modified(containers, entry);
        if (modified.isPresent() && modified.get().isAfter(written)) {
          written = modified.get();
          last = Optional.of(entry.name());
        }
      }
      return last.isPresent() ? read(containers, last.get(), written) : Optional.empty();
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> modified(Directory containers, DirectoryEntry entry)
      throws IOException {
    return entry.kind() == FileKind.DIRECTORY
        ? containers.find(config(entry.name())).map(FileStatus::modifiedAt)
        : Optional.empty();
  }

  private static Optional<LastContainer> read(Directory containers, String id, Instant written)
      throws IOException {
    try {
      byte[] content = StoreFile.of(containers, config(id)).document();
      return Optional.of(new LastContainer(written, ContainerConfig.parse(content, id).driver()));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static String config(String id) {
    return id + "/" + ContainerStore.CONFIG;
  }
}

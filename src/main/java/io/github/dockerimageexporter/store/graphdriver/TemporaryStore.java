package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;

/// Lists `tmp`, which all drivers of a data root share and Docker empties when it starts.
///
/// | name                  | of                                  |
/// |-----------------------|-------------------------------------|
/// | `GetImageBlob<n>`     | a pull: one compressed layer        |
/// | `docker-import-<n>`   | a load                              |
/// | `docker-export-<n>`   | a save                              |
/// | `docker-builder<n>`   | the classic builder: its context    |
/// | `docker-tarsplit<n>`  | a layer that BuildKit registers     |
/// | `qemu-check<n>`       | a build for another processor       |
///
/// Of other names nothing is known, so they are passed over.
///
/// Source: moby, `daemon/internal/distribution/pull_v2.go`, `daemon/internal/image/tarexport`,
/// `daemon/builder/remotecontext/archive.go`, `daemon/internal/builder-next`.
final class TemporaryStore {
  private static final Pattern DOWNLOAD =
      Pattern.compile("(GetImageBlob|docker-(import-|export-|builder|tarsplit)|qemu-check)[0-9]+");

  private final GraphDriverLayout layout;

  TemporaryStore(GraphDriverLayout layout) {
    this.layout = layout;
  }

  void read(RootDirectory root, ReadFailures failures, Leftovers leftovers) {
    try (Directory temporary = root.openDirectory(layout.temporary())) {
      for (DirectoryEntry entry : temporary.entries()) {
        if (DOWNLOAD.matcher(entry.name()).matches()) {
          leftovers.add(Leftover.Kind.DOWNLOAD, temporary, layout.temporary(), entry.name());
        }
      }
    } catch (NoSuchFileException none) {
      return;
    } catch (IOException unreadable) {
      failures.path(layout.temporary(), unreadable);
    }
  }
}

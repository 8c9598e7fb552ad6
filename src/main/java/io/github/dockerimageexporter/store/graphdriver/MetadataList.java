package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ObjectList;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The list of what is noted of images, `imagedb/metadata/sha256`, held against the images.
///
/// Asked for last, since Docker adds it last and removes it first.
final class MetadataList {
  private final GraphDriverLayout layout;
  private final ObjectList list = new ObjectList();

  /// The entries without an image, and those of which it could not be asked.
  private final Set<String> open = new HashSet<>();

  MetadataList(GraphDriverLayout layout) {
    this.layout = layout;
  }

  /// Begins a pass.
  Pass open(RootDirectory root, Freshness freshness, ReadFailures failures) {
    try {
      return new Pass(
          Optional.of(root.openDirectory(layout.imageMetadata())),
          freshness.changedIn(layout.imageMetadata()),
          failures);
    } catch (NoSuchFileException absent) {
      forget();
    } catch (IOException unreadable) {
      forget();
      failures.path(layout.imageMetadata(), unreadable);
    }
    return new Pass(Optional.empty(), Optional.empty(), failures);
  }

  void forget() {
    list.forget();
    open.clear();
  }

  /// One pass.
  final class Pass implements AutoCloseable {
    private final Optional<Directory> directory;
    private final Optional<Set<String>> changed;
    private final ReadFailures failures;

    private Pass(
        Optional<Directory> directory, Optional<Set<String>> changed, ReadFailures failures) {
      this.directory = directory;
      this.changed = changed;
      this.failures = failures;
    }

    /// The list; empty if it is not there, or cannot be read.
    Optional<Directory> directory() {
      return directory;
    }

    /// The images of which something else may be noted; empty if that can be any.
    Optional<Set<String>> changed() {
      return changed;
    }

    /// Passes over what is noted of images that are not there.
    ///
    /// @param images the names that the pass has looked at; empty if it has looked at all
    void pass(Directory configs, Optional<Set<String>> images, Leftovers leftovers)
        throws IOException {
      if (directory.isEmpty()) {
        return;
      }
      var again = new HashSet<>(open);
      images.ifPresent(again::addAll);
      list.look(
          directory.get(),
          images.isPresent() ? changed : Optional.empty(),
          again,
          () -> open,
          entry -> pass(configs, entry, leftovers),
          open::remove);
    }

    private void pass(Directory configs, DirectoryEntry entry, Leftovers leftovers) {
      open.remove(entry.name());
      boolean isMetadata = isMetadata(entry);
      if (!isMetadata || !mayHave(configs, entry.name())) {
        open.add(entry.name());
        leftovers.add(
            isMetadata ? Leftover.Kind.METADATA : Leftover.Kind.STRAY,
            directory.orElseThrow(),
            layout.imageMetadata(),
            entry.name());
      }
    }

    private static boolean isMetadata(DirectoryEntry entry) {
      return entry.isDirectory() && Digest.isHex(entry.name());
    }

    private boolean mayHave(Directory configs, String name) {
      try {
        return configs.find(name).isPresent();
      } catch (IOException unreadable) {
        failures.path(layout.imageConfigs() + "/" + name, unreadable);
        open.add(name);
        return true;
      }
    }

    @Override
    public void close() {
      directory.ifPresent(Directory::close);
    }
  }
}

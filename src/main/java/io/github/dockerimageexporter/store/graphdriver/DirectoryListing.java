package io.github.dockerimageexporter.store.graphdriver;

import static java.util.stream.Collectors.toCollection;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lists the directories of a graph driver, pass after pass, and looks whether each layer's content
/// is there.
final class DirectoryListing {
  private final Path dataRoot;
  private final DriverForm form;
  private final OverlayStore overlays;
  private Map<String, Found> last = Map.of();

  /// @param overlays told of each layer's directory that is open, if the driver stacks them
  DirectoryListing(Path dataRoot, DriverForm form, OverlayStore overlays) {
    this.dataRoot = dataRoot;
    this.form = form;
    this.overlays = overlays;
  }

  /// @param obstacle why the content is unreadable, if it is
  private record Found(FileKind kind, long inode, LayerDirectory directory, String obstacle) {}

  /// What stands where a layer's content should be.
  private record Seen(Content content, String obstacle) {
    static final Seen PRESENT = new Seen(Content.PRESENT, "");

    static Seen of(Content content) {
      return new Seen(content, "");
    }
  }

  /// Whether a directory holds one layer, and names those that it stands on.
  boolean stacks() {
    return form.stacks();
  }

  /// Lists all that there is in `directory`.
  ///
  /// @param home its path, relative to the data root
  void read(
      Directory directory,
      String home,
      DirectoryOwners owners,
      Freshness freshness,
      ReadFailures failures)
      throws IOException {
    var found = new LinkedHashMap<String, Found>();
    for (DirectoryEntry entry : directory.sortedEntries()) {
      Found known = last.get(entry.name());
      if (known == null && !hasPath(entry.name())) {
        failures.path(home + "/" + entry.name(), "a name that is not UTF-8, or not in this locale");
        continue;
      }
      boolean same = known != null && known.inode() == entry.inode();
      boolean isLayer = owners.isLayer(entry.name());
      if (known == null || !same || (isLayer && !isTakenAsBefore(entry, freshness))) {
        Seen seen = isLayer ? contentOf(directory, entry) : Seen.PRESENT;
        known = remember(known, entry, home, seen);
      }
      found.put(entry.name(), known);
    }
    last = found;
  }

  /// Forgets all, as there is no such directory.
  void clear() {
    last = Map.of();
  }

  /// Whether a path leads to what has this name; none of Docker's own is without.
  private static boolean hasPath(String name) {
    try {
      return Path.of(name).toString().indexOf(Directory.NOT_UTF_8) < 0;
    } catch (InvalidPathException inexpressible) {
      return false;
    }
  }

  private boolean isTakenAsBefore(DirectoryEntry entry, Freshness freshness) {
    return freshness == Freshness.CHANGED_DIRECTORIES
        && (!form.stacks() || overlays.takeAsBefore(entry.name(), entry.inode()));
  }

  private Found remember(@Nullable Found known, DirectoryEntry entry, String home, Seen seen) {
    if (known != null
        && known.inode() == entry.inode()
        && known.directory().content() == seen.content()
        && known.obstacle().equals(seen.obstacle())) {
      return known;
    }
    var directory = directory(home, entry.name(), seen.content());
    return new Found(entry.kind(), entry.inode(), directory, seen.obstacle());
  }

  /// What a layer's directory has. A link there is one that Docker follows and we do not.
  private Seen contentOf(Directory home, DirectoryEntry entry) {
    if (entry.kind() == FileKind.REGULAR || entry.kind() == FileKind.OTHER) {
      return Seen.of(Content.FOREIGN);
    }
    if (form.content().isEmpty() && entry.kind() == FileKind.DIRECTORY) {
      return Seen.PRESENT;
    }
    try (Directory own = home.openDirectory(entry.name())) {
      return form.content().isEmpty() ? Seen.PRESENT : contentOf(own, entry, form.content().get());
    } catch (NoSuchFileException vanished) {
      return Seen.of(Content.ABSENT);
    } catch (IOException unreadable) {
      return new Seen(Content.UNREADABLE, ReadFailures.reason(unreadable));
    }
  }

  private Seen contentOf(Directory own, DirectoryEntry entry, String content) throws IOException {
    Optional<FileKind> kind = own.find(content).map(FileStatus::kind);
    overlays.read(own, entry.name(), entry.inode());
    if (kind.isEmpty()) {
      return Seen.of(Content.ABSENT);
    }
    if (kind.get() == FileKind.SYMBOLIC_LINK) {
      own.openDirectory(content).close();
    }
    return kind.get() == FileKind.DIRECTORY ? Seen.PRESENT : Seen.of(Content.FOREIGN);
  }

  /// The names of all that there is.
  Set<String> names() {
    return last.keySet();
  }

  /// The names of all directories.
  Set<String> directories() {
    return last.entrySet().stream()
        .filter(entry -> entry.getValue().kind() == FileKind.DIRECTORY)
        .map(Map.Entry::getKey)
        .collect(toCollection(LinkedHashSet::new));
  }

  /// The names of all else.
  List<String> others() {
    return last.entrySet().stream()
        .filter(entry -> entry.getValue().kind() != FileKind.DIRECTORY)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Where each layer's content is.
  Map<ChainId, LayerDirectory> of(Collection<Layer> layers, String home, ReadFailures failures) {
    var directories = new LinkedHashMap<ChainId, LayerDirectory>();
    for (Layer layer : layers) {
      Found found = last.get(layer.cacheId().value());
      if (found != null && found.directory().content() == Content.UNREADABLE) {
        failures.path(home + "/" + layer.cacheId(), found.obstacle());
      }
      directories.put(
          layer.chainId(),
          found != null
              ? found.directory()
              : directory(home, layer.cacheId().value(), Content.ABSENT));
    }
    return directories;
  }

  private LayerDirectory directory(String home, String name, Content content) {
    return new LayerDirectory(
        dataRoot.resolve(home + "/" + name), home, form.content().orElse(""), content);
  }

  /// Every directory and whose it is.
  Map<Path, StoreDirectory> all(DirectoryOwners owners) {
    Map<Path, StoreDirectory> all = HashMap.newHashMap(last.size());
    last.forEach(
        (name, found) -> {
          if (found.kind() == FileKind.DIRECTORY) {
            Path path = found.directory().path();
            all.put(path, new StoreDirectory(path, form.content(), found.inode(), owners.of(name)));
          }
        });
    return all;
  }
}

package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.ObjectList;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.graphdriver.DriverForm.Seen;
import io.github.dockerimageexporter.store.graphdriver.overlay.OverlayStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lists the directories of a graph driver, pass after pass, and looks whether each layer's content
/// is there.
final class DirectoryListing {
  private final Path dataRoot;
  private final DriverForm form;
  private final OverlayStore overlays;
  private final ObjectList list = new ObjectList();
  private final Map<String, Found> found = new HashMap<>();

  /// The names of what is no directory.
  private final Set<String> others = new HashSet<>();

  /// The directories that no layer names.
  private final Map<String, Found> free = new HashMap<>();

  /// The layers' directories that cannot be looked into.
  private final Map<String, Found> unreadable = new HashMap<>();

  /// The names of the layers' directories that are not as they should be: harm counts only once it
  /// was seen twice.
  private final Set<String> harmed = new HashSet<>();

  /// The names to which no path leads.
  private final Set<String> inexpressible = new HashSet<>();

  /// The names of all that the pass has looked at.
  private final Set<String> looked = new HashSet<>();

  private PersistentMap<ChainId, Layer> layers = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<ChainId, LayerDirectory> ofLayers = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<Path, StoreDirectory> all = PersistentMap.empty(Keys.PATHS);

  /// @param overlays told of each layer's directory that is open, if the driver stacks them
  DirectoryListing(Path dataRoot, DriverForm form, OverlayStore overlays) {
    this.dataRoot = dataRoot;
    this.form = form;
    this.overlays = overlays;
  }

  /// @param obstacle why the content is unreadable, if it is
  private record Found(FileKind kind, long inode, LayerDirectory directory, String obstacle) {
    boolean isOf(DirectoryEntry entry) {
      return kind == entry.kind() && inode == entry.inode();
    }
  }

  /// Whether a directory holds one layer, and names those that it stands on.
  boolean stacks() {
    return form.stacks();
  }

  /// Looks at what may have changed in `directory`.
  ///
  /// @param home its path, relative to the data root
  /// @param renamed the names that other layers have now than in the pass before
  void read(
      Directory directory,
      String home,
      DirectoryOwners owners,
      Set<String> renamed,
      Freshness freshness,
      ReadFailures failures)
      throws IOException {
    var again = new HashSet<>(renamed);
    again.addAll(harmed);
    again.addAll(overlays.incomplete());
    looked.clear();
    list.look(
        directory,
        freshness.changedIn(home),
        again,
        () -> ObjectList.union(found.keySet(), inexpressible),
        entry -> {
          boolean isLayer = owners.isLayer(entry.name());
          if (!isLayer || renamed.contains(entry.name()) || !isAsBefore(directory, entry)) {
            look(directory, home, owners.shared(entry), isLayer);
          }
        },
        this::lose);
    looked.addAll(renamed);
    findHarmed(owners);
    for (String name : inexpressible) {
      failures.path(home + "/" + name, "a name that is not UTF-8, or not in this locale");
    }
  }

  private void findHarmed(DirectoryOwners owners) {
    harmed.removeAll(looked);
    for (String name : looked) {
      @Nullable Found there = found.get(name);
      boolean isSound = there != null && there.directory().content() == Content.PRESENT;
      if (!isSound && owners.isLayer(name)) {
        harmed.add(name);
      }
    }
  }

  /// Whether it is the directory that it was in the pass before, a layer's, with nothing wrong.
  private boolean isAsBefore(Directory directory, DirectoryEntry entry) {
    @Nullable Found known = found.get(entry.name());
    return known != null
        && known.isOf(entry)
        && known.directory().content() == Content.PRESENT
        && form.isAsBefore(directory, entry, overlays);
  }

  private void look(Directory directory, String home, DirectoryEntry entry, boolean isLayer) {
    String name = entry.name();
    @Nullable Found known = found.get(name);
    if (known == null && !DirectoryEntry.hasPath(name)) {
      inexpressible.add(name);
      return;
    }
    looked.add(name);
    Seen seen = isLayer ? form.look(directory, entry, overlays) : Seen.PRESENT;
    if (!isLayer || seen.content() == Content.UNREADABLE) {
      overlays.miss(name);
    }
    remove(name);
    Found there = remember(known, entry, home, seen);
    found.put(name, there);
    if (entry.kind() != FileKind.DIRECTORY) {
      others.add(name);
    } else if (!isLayer) {
      free.put(name, there);
    }
    if (seen.content() == Content.UNREADABLE) {
      unreadable.put(name, there);
    }
  }

  private void lose(String name) {
    looked.add(name);
    overlays.miss(name);
    inexpressible.remove(name);
    remove(name);
  }

  private void remove(String name) {
    found.remove(name);
    others.remove(name);
    free.remove(name);
    unreadable.remove(name);
  }

  /// Forgets all.
  void forget() {
    list.forget();
    overlays.forget();
    found.clear();
    looked.clear();
    List.of(others, free.keySet(), unreadable.keySet(), harmed, inexpressible).forEach(Set::clear);
    layers = PersistentMap.empty(Keys.CHAINS);
    ofLayers = PersistentMap.empty(Keys.CHAINS);
    all = PersistentMap.empty(Keys.PATHS);
  }

  private Found remember(@Nullable Found known, DirectoryEntry entry, String home, Seen seen) {
    if (known != null
        && known.isOf(entry)
        && known.directory().content() == seen.content()
        && known.obstacle().equals(seen.obstacle())) {
      return known;
    }
    var directory = directory(home, entry.name(), seen.content());
    return new Found(entry.kind(), entry.inode(), directory, seen.obstacle());
  }

  /// The names of all that there is.
  Set<String> names() {
    return found.keySet();
  }

  /// The names of all directories.
  Set<String> directories() {
    var directories = new HashSet<>(found.keySet());
    directories.removeAll(others);
    return directories;
  }

  /// The names of the directories that no layer names.
  Set<String> free() {
    return free.keySet();
  }

  /// The names of all that is no directory.
  Set<String> others() {
    return others;
  }

  /// Where each layer's content is.
  PersistentMap<ChainId, LayerDirectory> of(
      PersistentMap<ChainId, Layer> now,
      DirectoryOwners owners,
      String home,
      ReadFailures failures) {
    PersistentMap<ChainId, LayerDirectory>.Editor editor = ofLayers.edit();
    now.changesSince(
        layers,
        (layer, _, is) -> {
          if (is == null) {
            editor.remove(layer);
          } else {
            editor.put(layer, directoryOf(is, home));
          }
        });
    if (!layers.isEmpty()) {
      for (String name : looked) {
        for (ChainId layer : owners.layersOf(name)) {
          @Nullable Layer record = now.get(layer);
          if (record != null) {
            editor.put(layer, directoryOf(record, home));
          }
        }
      }
    }
    unreadable.forEach(
        (name, there) -> {
          if (owners.layersOf(name).stream().anyMatch(now::containsKey)) {
            failures.path(home + "/" + name, there.obstacle());
          }
        });
    layers = now;
    ofLayers = editor.done();
    return ofLayers;
  }

  private LayerDirectory directoryOf(Layer layer, String home) {
    String name = layer.cacheId().value();
    @Nullable Found there = found.get(name);
    return there != null ? there.directory() : directory(home, name, Content.ABSENT);
  }

  private LayerDirectory directory(String home, String name, Content content) {
    return new LayerDirectory(
        dataRoot.resolve(home + "/" + name), home, form.content().orElse(""), content);
  }

  /// Every directory and whose it is.
  PersistentMap<Path, StoreDirectory> all(DirectoryOwners owners, String home) {
    PersistentMap<Path, StoreDirectory>.Editor editor = all.edit();
    for (String name : looked) {
      @Nullable Found there = found.get(name);
      if (there == null || there.kind() != FileKind.DIRECTORY) {
        if (DirectoryEntry.hasPath(name)) {
          editor.remove(dataRoot.resolve(home + "/" + name));
        }
      } else {
        put(editor, name, there, owners);
      }
    }
    free.forEach((name, there) -> put(editor, name, there, owners));
    looked.clear();
    all = editor.done();
    return all;
  }

  private void put(
      PersistentMap<Path, StoreDirectory>.Editor editor,
      String name,
      Found there,
      DirectoryOwners owners) {
    Path path = there.directory().path();
    editor.put(path, new StoreDirectory(path, form.content(), there.inode(), owners.of(name)));
  }
}

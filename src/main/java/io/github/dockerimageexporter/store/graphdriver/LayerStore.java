package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.ChainInterner;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ObjectList;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StatCache;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `image/<driver>/layerdb/sha256`, one directory for each read-only layer.
///
/// Other names than 64 hexadecimal digits, and what is no directory, Docker passes over. To remove
/// a layer it renames it to `<hex>-<random>-removing`; its files then go one by one.
///
/// Source: moby, `daemon/internal/layer/filestore.go`, `layer_store.go` (loadLayer).
final class LayerStore {

  private static final Pattern REMOVING = Pattern.compile("[0-9a-f]{64}-.*removing");

  private final GraphDriverLayout layout;
  private final Path dataRoot;
  private final ChainInterner chains;
  private final ObjectList list = new ObjectList();
  private final StatCache<Outcome> cache = new StatCache<>();

  /// What Docker passes over: layers that are being removed, and what has no business here.
  private final Map<String, Leftover.Kind> passed = new HashMap<>();

  /// What could not be read, is no record of a layer, or may have changed since without having
  /// another stat: harm counts only once it was seen twice.
  private Set<String> again = Set.of();

  private Layers last = Layers.NONE;

  LayerStore(GraphDriverLayout layout, Path dataRoot, ChainInterner chains) {
    this.layout = layout;
    this.dataRoot = dataRoot;
    this.chains = chains;
  }

  /// The layers of one pass, sorted.
  ///
  /// @param removing the driver directories of layers that are being removed
  record Layers(
      PersistentMap<ChainId, Layer> valid,
      PersistentMap<ChainId, InvalidLayer> invalid,
      PersistentMap<ChainId, TarSplitFile> tarSplits,
      Set<CacheId> removing) {
    static final Layers NONE =
        new Layers(
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(Keys.CHAINS),
            Set.of());
  }

  private sealed interface Outcome {}

  private record Valid(Layer layer, Optional<TarSplitFile> tarSplit) implements Outcome {}

  private record Invalid(InvalidLayer layer) implements Outcome {}

  /// What a pass makes of those of the one before.
  private static final class Pass {
    private final PersistentMap<ChainId, Layer>.Editor valid;
    private final PersistentMap<ChainId, InvalidLayer>.Editor invalid;
    private final PersistentMap<ChainId, TarSplitFile>.Editor tarSplits;
    private final Set<CacheId> removing = new HashSet<>();
    private final Set<String> unread = new HashSet<>();
    private final Set<String> misnamed = new HashSet<>();
    private final Set<String> gone = new HashSet<>();
    private final ReadFailures failures;

    Pass(Layers before, ReadFailures failures) {
      this.valid = before.valid().edit();
      this.invalid = before.invalid().edit();
      this.tarSplits = before.tarSplits().edit();
      this.failures = failures;
    }

    void put(ChainId layer, Outcome found) {
      switch (found) {
        case Valid(Layer record, Optional<TarSplitFile> tarSplit) -> {
          ChainId own = record.chainId(); // The same, but kept already.
          valid.put(own, record);
          if (!record.isNamedByItsChain()) {
            misnamed.add(layer.digest().hex());
          }
          invalid.remove(layer);
          tarSplit.ifPresentOrElse(file -> tarSplits.put(own, file), () -> tarSplits.remove(own));
        }
        case Invalid(InvalidLayer record) -> {
          remove(layer);
          invalid.put(layer, record);
        }
      }
    }

    void lose(String name) {
      gone.add(name);
      remove(name);
    }

    void remove(String name) {
      Digest.ofName(name).ifPresent(digest -> remove(new ChainId(digest)));
    }

    private void remove(ChainId layer) {
      valid.remove(layer);
      invalid.remove(layer);
      tarSplits.remove(layer);
    }

    Layers done() {
      return new Layers(valid.done(), invalid.done(), tarSplits.done(), removing);
    }
  }

  Layers read(RootDirectory root, Freshness freshness, ReadFailures failures, Leftovers leftovers) {
    try (Directory store = root.openFilledDirectory(layout.layers())) {
      var pass = new Pass(last, failures);
      list.look(
          store,
          freshness.changedIn(layout.layers()),
          again,
          this::known,
          entry -> read(store, entry, pass),
          pass::lose);
      passed.keySet().removeAll(pass.gone);
      passed.forEach((name, kind) -> pass(store, name, kind, pass, leftovers));
      endPass(pass);
    } catch (NoSuchFileException noLayerYet) {
      forget();
    } catch (IOException unreadable) {
      forget();
      failures.part(StorePart.LAYERS, layout.layers(), unreadable);
    }
    return last;
  }

  private void endPass(Pass pass) {
    var forgotten = new HashSet<>(pass.gone);
    forgotten.addAll(pass.unread);
    forgotten.addAll(passed.keySet());
    again = cache.turn(forgotten);
    again.addAll(pass.unread);
    last = pass.done();
    last.invalid().keySet().forEach(layer -> again.add(layer.digest().hex()));
    again.addAll(pass.misnamed);
  }

  private Set<String> known() {
    return ObjectList.union(ObjectList.union(cache.names(), passed.keySet()), again);
  }

  private void forget() {
    list.forget();
    cache.forget();
    passed.clear();
    again = Set.of();
    last = Layers.NONE;
  }

  private void read(Directory store, DirectoryEntry entry, Pass pass) {
    if (isAsBefore(store, entry)) {
      return;
    }
    if (!entry.isDirectory() || !Digest.isHex(entry.name())) {
      pass.remove(entry.name());
      boolean removing = entry.isDirectory() && REMOVING.matcher(entry.name()).matches();
      passed.put(entry.name(), removing ? Leftover.Kind.REMOVAL : Leftover.Kind.STRAY);
      return;
    }
    passed.remove(entry.name());
    var chainId = new ChainId(new Digest(entry.name()));
    try {
      pass.put(chainId, recall(store, entry, chainId));
      return;
    } catch (NoSuchFileException vanished) {
      // Removed since it was listed.
    } catch (IOException unreadable) {
      pass.failures.layer(chainId, layout.layer(chainId), unreadable);
    }
    pass.remove(chainId);
    pass.unread.add(entry.name());
  }

  /// Whether it is the layer that it was in the pass before, with nothing wrong.
  private boolean isAsBefore(Directory store, DirectoryEntry entry) {
    if (!entry.isDirectory()) {
      return false;
    }
    @Nullable Outcome known = cache.unchanged(store, entry, LayerFiles::hold);
    return known instanceof Valid(Layer layer, _) && layer.isNamedByItsChain();
  }

  private void pass(
      Directory store, String name, Leftover.Kind kind, Pass pass, Leftovers leftovers) {
    if (kind == Leftover.Kind.REMOVAL) {
      LayerFiles.findCacheId(store, layout.layers(), name, pass.failures)
          .ifPresent(pass.removing::add);
    }
    leftovers.add(kind, store, layout.layers(), name);
  }

  private Outcome recall(Directory store, DirectoryEntry entry, ChainId chainId)
      throws IOException {
    try (Directory directory = store.openDirectory(entry.name())) {
      var files = LayerFiles.in(directory);
      Stamp stamp = files.stamp();
      @Nullable Outcome known = cache.recall(entry, stamp);
      return known != null
          ? known
          : cache.remember(entry, stamp, read(store, directory, files, chainId));
    }
  }

  private Outcome read(Directory store, Directory directory, LayerFiles files, ChainId chainId)
      throws IOException {
    try {
      return new Valid(files.read(chainId, chains), tarSplit(files.tarSplit(), chainId));
    } catch (MalformedFileException malformed) {
      return new Invalid(invalid(store, directory, chainId, malformed));
    }
  }

  private Optional<TarSplitFile> tarSplit(StoreFile file, ChainId chainId) {
    return file.status().isPresent()
        ? Optional.of(new TarSplitFile(dataRoot, layout.tarSplit(chainId), file.stamp().key()))
        : Optional.empty();
  }

  /// @throws NoSuchFileException if the layer was removed while its files were read
  private InvalidLayer invalid(
      Directory store, Directory directory, ChainId chainId, MalformedFileException malformed)
      throws IOException {
    Optional<?> stillThere = store.find(chainId.digest().hex());
    if (stillThere.isEmpty()) {
      throw new NoSuchFileException(layout.layer(chainId));
    }
    boolean empty = directory.entries().isEmpty();
    String path = layout.layer(chainId) + (empty ? "" : "/" + malformed.name());
    return new InvalidLayer(
        chainId,
        path,
        LayerFiles.findCacheIdOfInvalid(store, chainId.digest().hex()),
        malformed.name() + ": " + malformed.reason(),
        empty);
  }
}

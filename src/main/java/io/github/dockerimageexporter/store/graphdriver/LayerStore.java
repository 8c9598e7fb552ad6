package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.ChainInterner;
import io.github.dockerimageexporter.store.file.ChainInterner.Stack;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StatCache;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `image/<driver>/layerdb/sha256`, one directory for each read-only layer.
///
/// | file       | content                          | absent when      |
/// |------------|----------------------------------|------------------|
/// | `diff`     | diff ID                          | never            |
/// | `cache-id` | the graph driver's name          | never            |
/// | `size`     | decimal bytes of this layer only | never            |
/// | `parent`   | chain ID of the layer below      | it is the lowest |
///
/// Of `tar-split.json.gz` only the stat is read here.
///
/// White space is allowed around every value but `size`, as in Docker itself. Other names than 64
/// hexadecimal digits, and what is no directory, Docker passes over. To remove a layer it renames
/// it to `<hex>-<random>-removing`; its files then go one by one.
///
/// Source: moby, `daemon/internal/layer/filestore.go`, `layer_store.go` (loadLayer).
final class LayerStore {
  private static final String DIFF = "diff";
  private static final String CACHE_ID = "cache-id";
  private static final String SIZE = "size";
  private static final String PARENT = "parent";

  /// What Docker parses a size with takes a sign, and nothing else around the digits.
  private static final Pattern SIZE_FORM = Pattern.compile("[+-]?[0-9]+");

  private static final Pattern REMOVING = Pattern.compile("[0-9a-f]{64}-.*removing");

  private final GraphDriverLayout layout;
  private final Path dataRoot;
  private final ChainInterner chains;
  private final StatCache<Outcome> cache = new StatCache<>();

  LayerStore(GraphDriverLayout layout, Path dataRoot, ChainInterner chains) {
    this.layout = layout;
    this.dataRoot = dataRoot;
    this.chains = chains;
  }

  /// The layers of one pass, sorted.
  ///
  /// @param removing the driver directories of layers that are being removed
  record Layers(
      Map<ChainId, Layer> valid,
      Map<ChainId, InvalidLayer> invalid,
      Map<ChainId, TarSplitFile> tarSplits,
      Set<CacheId> removing) {

    private void add(Valid found) {
      ChainId chainId = found.layer().chainId();
      valid.put(chainId, found.layer());
      if (found.tarSplit().isPresent()) {
        tarSplits.put(chainId, found.tarSplit().get());
      }
    }
  }

  private sealed interface Outcome {}

  private record Valid(Layer layer, Optional<TarSplitFile> tarSplit) implements Outcome {}

  private record Invalid(InvalidLayer layer) implements Outcome {}

  Layers read(RootDirectory root, Freshness freshness, ReadFailures failures, Leftovers leftovers) {
    var layers =
        new Layers(
            new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new HashSet<>());
    try (Directory store = root.openFilledDirectory(layout.layers())) {
      for (DirectoryEntry entry : store.sortedEntries()) {
        if (!entry.isDirectory()) {
          pass(store, entry, layers, failures, leftovers);
        } else if (freshness == Freshness.CHANGED_DIRECTORIES
            && cache.recallByInode(entry) instanceof Valid known) {
          layers.add(known);
        } else if (Digest.isHex(entry.name())) {
          read(store, entry, layers, failures);
        } else {
          pass(store, entry, layers, failures, leftovers);
        }
      }
    } catch (NoSuchFileException noLayerYet) {
      return layers;
    } catch (IOException unreadable) {
      failures.part(StorePart.LAYERS, layout.layers(), unreadable);
    }
    cache.turn();
    return layers;
  }

  private void read(Directory store, DirectoryEntry entry, Layers layers, ReadFailures failures) {
    var chainId = new ChainId(new Digest(entry.name()));
    try {
      switch (recall(store, entry, chainId)) {
        case Valid valid -> layers.add(valid);
        case Invalid(InvalidLayer layer) -> layers.invalid().put(layer.chainId(), layer);
      }
    } catch (NoSuchFileException vanished) {
      // Removed since it was listed.
    } catch (IOException unreadable) {
      failures.layer(chainId, layout.layer(chainId), unreadable);
    }
  }

  /// What Docker passes over: a layer that is being removed, or what has no business here.
  private void pass(
      Directory store,
      DirectoryEntry entry,
      Layers layers,
      ReadFailures failures,
      Leftovers leftovers) {
    boolean removing = entry.isDirectory() && REMOVING.matcher(entry.name()).matches();
    if (removing) {
      findCacheId(store, layout.layers(), entry.name(), failures).ifPresent(layers.removing()::add);
    }
    leftovers.add(
        removing ? Leftover.Kind.REMOVAL : Leftover.Kind.STRAY,
        store,
        layout.layers(),
        entry.name());
  }

  /// The driver directory that an unfinished layer names, if it does so yet, or still.
  ///
  /// @param path that of `store`, relative to the data root
  static Optional<CacheId> findCacheId(
      Directory store, String path, String name, ReadFailures failures) {
    try {
      return findCacheId(store, name);
    } catch (MalformedFileException malformed) {
      failures.path("%s/%s/%s".formatted(path, name, CACHE_ID), malformed.reason());
      return Optional.empty();
    } catch (IOException unreadable) {
      failures.path("%s/%s/%s".formatted(path, name, CACHE_ID), unreadable);
      return Optional.empty();
    }
  }

  private static Optional<CacheId> findCacheId(Directory store, String name) throws IOException {
    return StoreFile.of(store, name + "/" + CACHE_ID).find(text -> new CacheId(text.strip()));
  }

  /// The same of a layer of which it is known already that its record is invalid.
  private static Optional<CacheId> findCacheIdOfInvalid(Directory store, String name) {
    try {
      return findCacheId(store, name);
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  private Outcome recall(Directory store, DirectoryEntry entry, ChainId chainId)
      throws IOException {
    try (Directory directory = store.openDirectory(entry.name())) {
      var files = new LayerFiles(directory);
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
        ? Optional.of(
            new TarSplitFile(
                new StorePath(dataRoot, dataRoot.resolve(layout.tarSplit(chainId)), 2),
                file.stamp().key()))
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
        findCacheIdOfInvalid(store, chainId.digest().hex()),
        malformed.name() + ": " + malformed.reason(),
        empty);
  }

  /// The files of one layer.
  private record LayerFiles(
      StoreFile diff, StoreFile cacheId, StoreFile size, StoreFile parent, StoreFile tarSplit) {
    LayerFiles(Directory directory) throws IOException {
      this(
          StoreFile.of(directory, DIFF),
          StoreFile.of(directory, CACHE_ID),
          StoreFile.of(directory, SIZE),
          StoreFile.of(directory, PARENT),
          StoreFile.of(directory, GraphDriverLayout.TAR_SPLIT));
    }

    Stamp stamp() {
      return StoreFile.stamp(diff, cacheId, size, parent, tarSplit);
    }

    Layer read(ChainId chainId, ChainInterner chains) throws IOException {
      DiffId diffId = diff.require(text -> DiffId.parse(text.strip()));
      Stack stack = chains.stack(parent.find(text -> ChainId.parse(text.strip())), diffId);
      ChainId implied = stack.chainId().orElseThrow();
      return new Layer(
          implied.equals(chainId) ? implied : chainId,
          stack.diffId(),
          stack.below(),
          cacheId.require(text -> new CacheId(text.strip())),
          size.require(LayerStore::parseBytes),
          implied);
    }
  }

  private static long parseBytes(String text) {
    if (SIZE_FORM.matcher(text).matches()) {
      try {
        long bytes = Long.parseLong(text);
        if (bytes >= 0) {
          return bytes;
        }
      } catch (NumberFormatException tooLarge) {
        // No more a count of bytes than what is no number.
      }
    }
    throw new IllegalArgumentException(
        "expected a number of bytes, found \"" + Quote.of(text) + "\"");
  }
}

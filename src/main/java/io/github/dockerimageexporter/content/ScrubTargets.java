package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.content.layer.LayerIndex;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.scrub.LayerScrubber;
import io.github.dockerimageexporter.scrub.ScrubTarget;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What can be scrubbed of one store: the layers that have a record of their tar and a directory,
/// and the blobs that no such layer is compared with.
final class ScrubTargets {
  /// More than any image has; records that refer to each other in a ring end there.
  private static final int MOST_BELOW = 1000;

  private static final LayerRecord NO_LAYER = new LayerRecord.None("it is a container's");

  private final Path dataRoot;
  private final StoreSnapshot store;
  private final boolean isSparing;
  private final Parts parts;
  private final PersistentMap<ChainId, LayerState> layers;
  private final Set<LayerRecord.Blob> otherBlobs;

  /// What the layers are made of.
  private record Parts(
      PersistentMap<ChainId, Layer> layers,
      PersistentMap<ChainId, LayerDirectory> homes,
      PersistentMap<ChainId, LayerRecord> records,
      PersistentMap<Path, StoreDirectory> directories) {
    static final Parts NOTHING =
        new Parts(
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(Keys.PATHS));

    static Parts of(StoreSnapshot store) {
      return new Parts(
          store.layers(), store.layerDirectories(), store.layerRecords(), store.directories());
    }

    /// The layers of which a part has changed.
    Set<ChainId> changesSince(Parts before, LayerIndex.Of index) {
      if (before.layers.isEmpty()) {
        return layers.keySet();
      }
      Set<ChainId> changed = new HashSet<>();
      layers.changesSince(before.layers, (layer, _, _) -> changed.add(layer));
      homes.changesSince(before.homes, (layer, _, _) -> changed.add(layer));
      records.changesSince(before.records, (layer, _, _) -> changed.add(layer));
      directories.changesSince(
          before.directories, (directory, _, _) -> changed.addAll(index.in(directory)));
      return changed;
    }
  }

  private ScrubTargets(
      Path dataRoot,
      StoreSnapshot store,
      boolean isSparing,
      Parts parts,
      PersistentMap<ChainId, LayerState> layers) {
    this.dataRoot = dataRoot;
    this.store = store;
    this.isSparing = isSparing;
    this.parts = parts;
    this.layers = layers;
    this.otherBlobs = otherBlobs(store.layerBlobs());
  }

  /// Those of `store`.
  ///
  /// @param isSparing whether to leave out what can only be compared by reading more than the depth
  ///     is asked for
  /// @param before those of the scan before
  static ScrubTargets of(
      Path dataRoot,
      StoreSnapshot store,
      boolean isSparing,
      Optional<ScrubTargets> before,
      LayerIndex.Of index) {
    Parts parts = Parts.of(store);
    Parts last = before.map(it -> it.parts).orElse(Parts.NOTHING);
    PersistentMap<ChainId, LayerState>.Editor layers =
        before.map(it -> it.layers).orElse(PersistentMap.empty(Keys.CHAINS)).edit();
    for (ChainId id : parts.changesSince(last, index)) {
      Optional.ofNullable(parts.layers.get(id))
          .flatMap(layer -> state(layer, parts))
          .ifPresentOrElse(state -> layers.put(id, state), () -> layers.remove(id));
    }
    return new ScrubTargets(dataRoot, store, isSparing, parts, layers.done());
  }

  private Set<LayerRecord.Blob> otherBlobs(List<LayerRecord.Blob> all) {
    if (all.isEmpty()) {
      return Set.of();
    }
    Set<Digest> read =
        layers.values().stream().flatMap(state -> compared(state.held().record())).collect(toSet());
    return all.stream().filter(blob -> !read.contains(blob.digest())).collect(toSet());
  }

  private static Stream<Digest> compared(LayerRecord record) {
    return record instanceof LayerRecord.Blob blob ? Stream.of(blob.digest()) : Stream.empty();
  }

  /// What the store is called.
  String name() {
    return store.name();
  }

  /// A layer, and the state in which a scan found it; or a blob that no layer is compared with.
  ///
  /// The same whichever other blobs the layer is in.
  ///
  /// @param layer of a blob, its digest
  /// @param inode tells its directory from a later one of the same name; of a blob, 0
  record LayerState(ChainId layer, Held held, long inode) {
    static LayerState ofBlob(LayerRecord.Blob blob) {
      return new LayerState(new ChainId(blob.digest()), Held.ofBlob(blob), 0);
    }

    /// The blob, if it is one that stands for itself.
    Optional<LayerRecord.Blob> blob() {
      return held.record() instanceof LayerRecord.Blob blob && held.equals(Held.ofBlob(blob))
          ? Optional.of(blob)
          : Optional.empty();
    }

    private boolean allows(Depth depth, boolean isSparing) {
      return blob().isPresent()
          ? depth == Depth.CONTENT
          : !isSparing || held.record().allows(depth);
    }

    KeptShapes.State kept() {
      return new KeptShapes.State(held, inode);
    }

    // Written out, as a key of maps: the rest follows from the layer most of the time.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof LayerState that
          && layer.equals(that.layer)
          && inode == that.inode
          && held.equals(that.held);
    }

    @Override
    public int hashCode() {
      return layer.hashCode();
    }
  }

  /// The layers that have a record and a directory.
  PersistentMap<ChainId, LayerState> layers() {
    return layers;
  }

  /// The blobs that no such layer is compared with.
  List<LayerState> blobs() {
    return otherBlobs.stream().map(LayerState::ofBlob).toList();
  }

  /// Whether one can be read that closely.
  boolean canBeRead(LayerState state, Depth depth) {
    return (!isSparing || store.canBeScrubbed(depth)) && state.allows(depth, isSparing);
  }

  /// Whether the directory of one is `wanted`, or that of a layer which is in it.
  boolean isOf(LayerState state, Predicate<Path> wanted) {
    return wanted.test(state.held().directory())
        || state.blob().filter(blob -> isTwinOfAny(blob, wanted)).isPresent();
  }

  private boolean isTwinOfAny(LayerRecord.Blob blob, Predicate<Path> wanted) {
    return layers.values().stream()
        .filter(state -> wanted.test(state.held().directory()))
        .flatMap(state -> Stream.ofNullable(parts.records.get(state.layer())))
        .anyMatch(
            record ->
                record instanceof LayerRecord.Blob one
                    && one.twins().stream().anyMatch(twin -> twin.digest().equals(blob.digest())));
  }

  /// All layers as their shapes are kept.
  Stream<KeptShapes.State> shapes() {
    return Stream.concat(layers.values().stream(), blobs().stream()).map(LayerState::kept);
  }

  private static Optional<LayerState> state(Layer layer, Parts parts) {
    @Nullable LayerRecord record = parts.records.get(layer.chainId());
    return record == null
        ? Optional.empty()
        : directory(layer, parts)
            .map(
                directory ->
                    new LayerState(
                        layer.chainId(), new Held(directory.path(), record), directory.inode()));
  }

  /// How to scrub a layer or a blob, if it is in that state still.
  Optional<Function<LayerScrubber, Optional<LayerVerdict>>> work(LayerState state, Depth depth) {
    if (state.blob().isPresent()) {
      return state
          .blob()
          .filter(otherBlobs::contains)
          .map(blob -> scrubber -> scrubber.hash(dataRoot, blob));
    }
    return target(state, depth).map(target -> scrubber -> scrubber.scrub(target));
  }

  /// A layer that is in that state still.
  Optional<ScrubTarget> target(LayerState state, Depth depth) {
    Layer layer = store.layers().get(state.layer());
    return layer == null || !state.equals(layers.get(state.layer()))
        ? Optional.empty()
        : directory(layer, parts)
            .map(directory -> target(layer, state.held().record(), directory, depth));
  }

  private ScrubTarget target(
      Layer layer, LayerRecord record, StoreDirectory directory, Depth depth) {
    return new ScrubTarget(
        layer.diffId(),
        record,
        dataRoot,
        directory.path(),
        content(directory),
        directory.inode(),
        below(layer),
        store.layerFiles(layer),
        store.firstUser(),
        depth);
  }

  /// What is below a layer, the next first: the layers that have a record and a directory.
  private List<LowerLayer> below(Layer layer) {
    var below = new ArrayList<LowerLayer>();
    store
        .madeUpon(layer)
        .map(parts.directories::get)
        .map(directory -> new LowerLayer(NO_LAYER, content(directory)))
        .ifPresent(below::add);
    Optional<Layer> next = parent(layer);
    for (int depth = 0; next.isPresent() && depth < MOST_BELOW; depth++) {
      Optional<StoreDirectory> directory = directory(next.get(), parts);
      LayerRecord record = parts.records.get(next.get().chainId());
      if (record != null && directory.isPresent()) {
        below.add(new LowerLayer(record, content(directory.get())));
      }
      next = next.flatMap(this::parent);
    }
    return below;
  }

  private Optional<Layer> parent(Layer layer) {
    return layer.parent().map(store.layers()::get);
  }

  private static Optional<StoreDirectory> directory(Layer layer, Parts parts) {
    @Nullable LayerDirectory home = parts.homes.get(layer.chainId());
    return home == null
        ? Optional.empty()
        : Optional.ofNullable(parts.directories.get(home.path()));
  }

  private StorePath content(StoreDirectory directory) {
    Path path = directory.path();
    return directory
        .content()
        .map(name -> StorePath.of(dataRoot, path.resolve(name), 2))
        .orElseGet(() -> StorePath.of(dataRoot, path, 1));
  }
}

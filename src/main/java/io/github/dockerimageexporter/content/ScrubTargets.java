package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What can be scrubbed of one store: the layers that have a record of their tar and a directory,
/// and the blobs that no such layer is compared with.
final class ScrubTargets {
  /// More than any image has; records that refer to each other in a ring end there.
  private static final int MOST_BELOW = 1000;

  private final Path dataRoot;
  private final StoreSnapshot store;
  private final boolean isSparing;
  private final PersistentMap<ChainId, LayerRecord> records;
  private static final LayerRecord NO_LAYER = new LayerRecord.None("it is a container's");

  private final Map<Path, StoreDirectory> directories;
  private final Set<LayerRecord.Blob> otherBlobs;

  /// The directories of the layers that are in blobs besides those that they are compared with.
  private final Map<Digest, Set<Path>> twins = new HashMap<>();

  private final List<LayerState> states;

  /// @param isSparing whether to leave out what can only be compared by reading more than the depth
  ///     is asked for
  private ScrubTargets(Path dataRoot, StoreSnapshot store, boolean isSparing) {
    this.dataRoot = dataRoot;
    this.store = store;
    this.isSparing = isSparing;
    this.records = store.layerRecords();
    this.directories = store.directories();
    List<LayerState> layers =
        store.layers().values().stream()
            .flatMap(
                layer -> directory(layer).flatMap(directory -> state(layer, directory)).stream())
            .toList();
    layers.forEach(this::addTwins);
    this.otherBlobs = otherBlobs(layers);
    this.states =
        Stream.concat(layers.stream(), otherBlobs.stream().map(LayerState::ofBlob)).toList();
  }

  private Set<LayerRecord.Blob> otherBlobs(List<LayerState> layers) {
    Set<Digest> read =
        layers.stream().flatMap(state -> compared(state.held().record())).collect(toSet());
    return store.layerBlobs().stream()
        .filter(blob -> !read.contains(blob.digest()))
        .collect(toSet());
  }

  private static Stream<Digest> compared(LayerRecord record) {
    return record instanceof LayerRecord.Blob blob ? Stream.of(blob.digest()) : Stream.empty();
  }

  private void addTwins(LayerState state) {
    if (records.get(state.layer()) instanceof LayerRecord.Blob blob) {
      for (LayerRecord.Blob twin : blob.twins()) {
        twins.computeIfAbsent(twin.digest(), _ -> new HashSet<>()).add(state.held().directory());
      }
    }
  }

  /// All layers of the stores of `seen`.
  static List<ScrubTargets> of(Observation seen) {
    return stores(seen).map(store -> new ScrubTargets(seen.dataRoot(), store, false)).toList();
  }

  /// The layers of `seen` that can be compared at any of `depths`, without reading more than that
  /// takes.
  static List<ScrubTargets> of(Observation seen, Set<Depth> depths) {
    return stores(seen)
        .filter(store -> depths.stream().anyMatch(store::canBeScrubbed))
        .map(store -> new ScrubTargets(seen.dataRoot(), store, true))
        .toList();
  }

  private static Stream<StoreSnapshot> stores(Observation seen) {
    return seen.stores().stream().map(ObservedStore::store);
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

    private KeptShapes.State kept() {
      return new KeptShapes.State(held, inode);
    }

    // Written out, as a key of maps: the rest follows from the layer most of the time.
    @Override
    public int hashCode() {
      return layer.hashCode();
    }
  }

  /// Those that can be read that closely, and whose directory is `wanted`, or that of a layer which
  /// is in it.
  ///
  /// @param kept what takes no more than a walk to compare
  Stream<LayerState> states(Depth depth, Predicate<Path> wanted, KeptShapes kept) {
    boolean areAllowed = !isSparing || store.canBeScrubbed(depth);
    return states.stream()
        .filter(
            state ->
                (areAllowed && state.allows(depth, isSparing))
                    || (depth == Depth.SHAPE && kept.has(state.kept())))
        .filter(state -> isWanted(state, wanted));
  }

  private boolean isWanted(LayerState state, Predicate<Path> wanted) {
    return wanted.test(state.held().directory())
        || (state.blob().isPresent()
            && twins.getOrDefault(state.layer().digest(), Set.of()).stream().anyMatch(wanted));
  }

  /// All layers as their shapes are kept.
  Stream<KeptShapes.State> shapes() {
    return states.stream().map(LayerState::kept);
  }

  private Optional<LayerState> state(Layer layer, StoreDirectory directory) {
    return Optional.ofNullable(records.get(layer.chainId()))
        .map(
            record ->
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
    return layer == null
        ? Optional.empty()
        : directory(layer)
            .filter(directory -> state(layer, directory).filter(state::equals).isPresent())
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
        .map(directories::get)
        .map(directory -> new LowerLayer(NO_LAYER, content(directory)))
        .ifPresent(below::add);
    Optional<Layer> next = parent(layer);
    for (int depth = 0; next.isPresent() && depth < MOST_BELOW; depth++) {
      Optional<StoreDirectory> directory = directory(next.get());
      LayerRecord record = records.get(next.get().chainId());
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

  private Optional<StoreDirectory> directory(Layer layer) {
    LayerDirectory home = store.layerDirectories().get(layer.chainId());
    return home == null ? Optional.empty() : Optional.ofNullable(directories.get(home.path()));
  }

  private StorePath content(StoreDirectory directory) {
    Path path = directory.path();
    return directory
        .content()
        .map(name -> StorePath.of(dataRoot, path.resolve(name), 2))
        .orElseGet(() -> StorePath.of(dataRoot, path, 1));
  }
}

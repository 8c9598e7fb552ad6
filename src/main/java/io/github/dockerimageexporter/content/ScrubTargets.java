package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.ScrubTarget;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The layers of one store that can be scrubbed: those that have a record of their tar, and a
/// directory.
final class ScrubTargets {
  /// More than any image has; records that refer to each other in a ring end there.
  private static final int MOST_BELOW = 1000;

  private final Path dataRoot;
  private final StoreSnapshot store;
  private final Depth depth;
  private final boolean isSparing;
  private final Map<ChainId, LayerRecord> records;
  private final Map<Path, StoreDirectory> directories = new HashMap<>();

  /// @param isSparing whether to leave out what can only be compared by reading more than the depth
  ///     is asked for
  ScrubTargets(Path dataRoot, StoreSnapshot store, Depth depth, boolean isSparing) {
    this.dataRoot = dataRoot;
    this.store = store;
    this.depth = depth;
    this.isSparing = isSparing;
    this.records = isSparing && !store.canBeScrubbed(depth) ? Map.of() : store.layerRecords();
    store.directories().forEach(each -> directories.put(each.path(), each));
  }

  /// What the store is called.
  String name() {
    return store.name();
  }

  /// A layer, and the state in which a scan found it.
  ///
  /// @param inode tells its directory from a later one of the same name
  record LayerState(ChainId layer, Held held, long inode) {
    // Written out, as a key of maps: the rest follows from the layer most of the time.
    @Override
    public int hashCode() {
      return layer.hashCode();
    }
  }

  /// Those whose directory is `wanted`.
  Stream<LayerState> states(Predicate<Path> wanted) {
    return store.layers().values().stream()
        .flatMap(
            layer ->
                directory(layer).stream()
                    .filter(directory -> wanted.test(directory.path()))
                    .flatMap(directory -> state(layer, directory).stream()));
  }

  private Optional<LayerState> state(Layer layer, StoreDirectory directory) {
    return Optional.ofNullable(records.get(layer.chainId()))
        .filter(record -> !isSparing || record.allows(depth))
        .map(
            record ->
                new LayerState(
                    layer.chainId(), new Held(directory.path(), record), directory.inode()));
  }

  /// What there is to scrub of a layer that is in that state still.
  Optional<ScrubTarget> target(LayerState state) {
    Layer layer = store.layers().get(state.layer());
    return layer == null
        ? Optional.empty()
        : directory(layer)
            .filter(directory -> state(layer, directory).filter(state::equals).isPresent())
            .map(directory -> target(layer, state.held().record(), directory));
  }

  private ScrubTarget target(Layer layer, LayerRecord record, StoreDirectory directory) {
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

  /// The layers below, the next one first, of those that have a record and a directory.
  private List<LowerLayer> below(Layer layer) {
    var below = new ArrayList<LowerLayer>();
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

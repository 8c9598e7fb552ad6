package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.Difference;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Each layer's record, held against itself and against the layer below.
///
/// Source: moby, `daemon/internal/layer/{filestore,layer_store}.go`, which drops what it cannot
/// load, and all that stands on it, with a debug line.
final class LayerChecks {
  private static final Set<Need> LAYERS = Set.of(Need.LAYERS);

  static final List<Check<StoreSnapshot>> ALL =
      List.of(
          Check.of(
              StoreSnapshot.class,
              Scope.OBJECT,
              Basis.RECORDS,
              Map.of(Kind.LAYER_METADATA_INVALID, LAYERS, Kind.LAYER_EMPTY, LAYERS),
              (store, _) -> invalidLayers(store)),
          Check.of(Scope.STORE, Kind.LAYER_PARENT_MISSING, LAYERS, LayerChecks::parentsPresent),
          Check.of(
              Scope.STORE,
              Kind.LAYER_PARENT_CYCLE,
              LAYERS,
              (store, context) -> cycles(store, context.graph())),
          Check.of(
              Scope.OBJECT,
              Kind.CHAIN_TOO_DEEP,
              Set.of(Need.IMAGES, Need.LAYERS),
              LayerChecks::depths),
          Check.of(Scope.STORE, Kind.CHAIN_ID_MISMATCH, LAYERS, LayerChecks::chainIds));

  /// Parents that have no record to go by.
  private static final Derivation<Difference<ChainId, List<ChainId>, Layer>> NAMED_ALONE =
      () -> new Difference<>(Keys.CHAINS);

  private static final Derivation<DerivedMap<ChainId, Layer, Layer>> NAMED_OTHERWISE =
      () -> DerivedMap.where(Keys.CHAINS, layer -> !layer.isNamedByItsChain());

  /// Layers that stand so high.
  private record AtHeight(int height) implements Derivation<DerivedMap<ChainId, Integer, Integer>> {
    @Override
    public DerivedMap<ChainId, Integer, Integer> begin() {
      return DerivedMap.where(Keys.CHAINS, it -> it == height);
    }
  }

  private LayerChecks() {}

  static Stream<Problem> invalidLayers(StoreSnapshot store) {
    return store.invalidLayers().values().stream()
        .map(
            layer ->
                layer.empty()
                    ? new Problem.LayerEmpty(layer.chainId(), layer.path())
                    : new Problem.LayerMetadataInvalid(
                        layer.chainId(), layer.path(), layer.reason(), layer.usable()));
  }

  /// Parents that are not in the layer store. One that sound images miss too is left to them, if
  /// the layers above it confirm its name: then it is the parent that was lost.
  static Stream<Problem> parentsPresent(StoreSnapshot store, CheckContext context) {
    if (!store.knows(StorePart.LAYERS)) {
      return Stream.empty();
    }
    var soundImages = new SoundImages(store, context.graph());
    return context
        .derived(NAMED_ALONE)
        .of(context.graph().childrenOf(), store.layers())
        .entrySet()
        .stream()
        .filter(parent -> !store.hasLayer(parent.getKey()))
        .flatMap(parent -> parentMissing(parent.getKey(), parent.getValue(), store, soundImages));
  }

  private static Stream<Problem> parentMissing(
      ChainId parent, List<ChainId> children, StoreSnapshot store, SoundImages soundImages) {
    List<ChainId> telling =
        children.stream()
            .flatMap(child -> Stream.ofNullable(store.layers().get(child)))
            .filter(layer -> !layer.isNamedByItsChain() || !soundImages.name(parent))
            .map(Layer::chainId)
            .toList();
    return telling.isEmpty()
        ? Stream.empty()
        : Stream.of(
            new Problem.LayerParentMissing(
                parent, telling, store.paths().layerParent(telling.getFirst())));
  }

  static Stream<Problem> cycles(StoreSnapshot store, LayerGraph graph) {
    return graph.cycles().stream()
        .map(
            ring -> new Problem.LayerParentCycle(ring, store.paths().layerParent(ring.getFirst())));
  }

  /// The layers at which Docker gives up; those above them are a consequence.
  static Stream<Problem> depths(StoreSnapshot store, CheckContext context) {
    return context
        .derived(new AtHeight(store.maxDepth() + 1))
        .of(context.graph().heights())
        .keySet()
        .stream()
        .map(
            layer -> new Problem.ChainTooDeep(layer, store.paths().layer(layer), store.maxDepth()));
  }

  /// Recomputes every chain ID from the layer's parent and diff ID.
  ///
  /// One step for each layer is enough: when each agrees with its parent, the whole stack agrees.
  /// A layer whose parent is not there, or is itself, has that problem and not this one. One that
  /// was renamed is missing under its own name, and that is the problem.
  static Stream<Problem> chainIds(StoreSnapshot store, CheckContext context) {
    LayerGraph graph = context.graph();
    var soundImages = new SoundImages(store, graph);
    Set<ChainId> inCycles = graph.cycles().stream().flatMap(List::stream).collect(toSet());
    return context.derived(NAMED_OTHERWISE).of(store.layers()).values().stream()
        .filter(layer -> hasParent(layer, store) && !inCycles.contains(layer.chainId()))
        .filter(layer -> !isRenamed(layer, store, graph, soundImages))
        .map(
            layer ->
                new Problem.ChainIdMismatch(
                    layer.chainId(), store.paths().layer(layer.chainId()), layer.impliedChainId()));
  }

  /// Whether nothing asks for the layer by its present name, and sound images miss it by the one
  /// that it should have.
  private static boolean isRenamed(
      Layer layer, StoreSnapshot store, LayerGraph graph, SoundImages soundImages) {
    return graph.imagesOf(layer.chainId()).isEmpty()
        && graph.childrenOf(layer.chainId()).isEmpty()
        && !store.hasLayer(layer.impliedChainId())
        && soundImages.name(layer.impliedChainId());
  }

  private static boolean hasParent(Layer layer, StoreSnapshot store) {
    Optional<ChainId> parent = layer.parent();
    return parent.isEmpty() || store.hasLayer(parent.get());
  }
}

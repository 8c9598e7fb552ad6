package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.evidence.EvidenceMap;
import io.github.dockerimageexporter.check.evidence.SoughtFaults;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The directories of a store, compared with the layers that name them, and with the records of the
/// layers' tars as far as somebody has read them.
public final class DirectoryChecks {
  private static final Map<Kind, Set<Need>> FAULTS =
      Arrays.stream(Fault.values())
          .collect(toMap(ContentProblem::kindOf, _ -> Set.of(Need.LAYERS, Need.DIRECTORIES)));

  static final List<Check<StoreSnapshot>> ALL =
      List.of(
          Check.of(
              Scope.STORE,
              Kind.LAYER_DIRECTORY_MISSING,
              Set.of(Need.LAYERS, Need.DIRECTORIES),
              DirectoryChecks::layerDirectories),
          Check.of(
              Scope.STORE,
              Kind.DRIVER_DIRECTORY_EMPTY,
              Set.of(Need.LAYER_LIST, Need.DIRECTORY_LIST),
              (store, _) -> emptyHome(store)),
          Check.of(
              Scope.STORE, Kind.CACHE_ID_CONFLICT, Set.of(Need.LAYERS), DirectoryChecks::conflicts),
          new Check<>(
              StoreSnapshot.class,
              Scope.OBJECT,
              Basis.CONTENT,
              FAULTS,
              DirectoryChecks::faults,
              (store, context, _) -> notSought(store, context)));

  private static final Derivation<DerivedMap<ChainId, LayerDirectory, LayerDirectory>> LOST =
      () -> DerivedMap.where(Keys.CHAINS, DirectoryChecks::isLost);

  private static final Derivation<InverseMap<ChainId, Layer, CacheId>> LAYERS =
      () -> new InverseMap<>(Keys.CHAINS, Keys.CACHE_IDS, layer -> List.of(layer.cacheId()));

  private static final Derivation<DerivedMap<CacheId, List<ChainId>, List<ChainId>>> CONTESTED =
      () -> DerivedMap.where(Keys.CACHE_IDS, layers -> layers.size() > 1);

  private static final Derivation<EvidenceMap<Corrupt>> CORRUPT =
      () ->
          new EvidenceMap<>(
              (layer, evidence) ->
                  evidence.verdict(layer.chainId()).orElse(null) instanceof Corrupt corrupt
                      ? corrupt
                      : null);

  private static final Derivation<SoughtFaults> SOUGHT = SoughtFaults::new;

  private DirectoryChecks() {}

  /// The directory of all directories, if the content of all layers is gone from it at once.
  static Stream<Problem> emptyHome(StoreSnapshot store) {
    return store.lacksAllContent()
        ? Stream.of(new Problem.DriverDirectoryEmpty(store.paths().directories()))
        : Stream.empty();
  }

  /// Layers whose content is gone. Content that this process may not see is not.
  static Stream<Problem> layerDirectories(StoreSnapshot store, CheckContext context) {
    if (store.lacksAllContent()) {
      return Stream.empty();
    }
    return context.derived(LOST).of(store.layerDirectories()).entrySet().stream()
        .map(
            entry ->
                new Problem.LayerDirectoryMissing(
                    entry.getKey(),
                    entry.getValue().contentPath(),
                    entry.getValue().content() == Content.FOREIGN));
  }

  private static boolean isLost(LayerDirectory directory) {
    return directory.content() == Content.ABSENT || directory.content() == Content.FOREIGN;
  }

  /// Directories that more than one layer names, each by right as far as its own record tells. One
  /// that stands under a name that is not its chain's is a copy, and that is its problem.
  static Stream<Problem> conflicts(StoreSnapshot store, CheckContext context) {
    return shared(store, context).entrySet().stream()
        .map(
            shared ->
                new Problem.CacheIdConflict(
                    shared.getKey(),
                    shared.getValue(),
                    store.paths().layerDirectoryName(shared.getValue().getFirst()),
                    store.runsOnSharedDirectories()));
  }

  /// The directories of [#conflicts], with the layers that name each, all of them sorted.
  public static Map<CacheId, List<ChainId>> shared(StoreSnapshot store, CheckContext context) {
    Map<CacheId, List<ChainId>> shared = new TreeMap<>();
    context
        .derived(CONTESTED)
        .of(layersOf(store, context))
        .forEach(
            (cacheId, layers) -> {
              List<ChainId> rightful =
                  layers.stream().filter(layer -> isNamedByItsChain(layer, store)).toList();
              if (rightful.size() > 1) {
                shared.put(cacheId, rightful);
              }
            });
    return shared;
  }

  /// The layers that name each directory, by right or not.
  public static PersistentMap<CacheId, List<ChainId>> layersOf(
      StoreSnapshot store, CheckContext context) {
    return context.derived(LAYERS).of(store.layers());
  }

  private static boolean isNamedByItsChain(ChainId id, StoreSnapshot store) {
    Layer layer = store.layers().get(id);
    return layer != null && layer.isNamedByItsChain();
  }

  /// What differs in the layers' directories from the records of their tars.
  private static Stream<Problem> faults(StoreSnapshot store, CheckContext context) {
    return context.derived(CORRUPT).of(store.layers(), context.evidence()).entrySet().stream()
        .flatMap(layer -> faults(layer.getKey(), layer.getValue(), store));
  }

  private static Stream<Problem> faults(ChainId layer, Corrupt verdict, StoreSnapshot store) {
    LayerDirectory directory = store.layerDirectories().get(layer);
    return directory == null
        ? Stream.empty()
        : verdict.faults().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                fault ->
                    new ContentProblem(
                        layer, directory.contentPath(), fault.getKey(), fault.getValue()));
  }

  /// The kinds of which a layer may have a problem that nobody has looked for.
  private static Stream<Kind> notSought(StoreSnapshot store, CheckContext context) {
    return context.derived(SOUGHT).notSought(store.layers(), context.evidence()).stream()
        .map(ContentProblem::kindOf);
  }
}

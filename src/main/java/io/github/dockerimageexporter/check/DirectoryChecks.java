package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
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
              (store, _) -> layerDirectories(store)),
          Check.of(
              Scope.STORE,
              Kind.DRIVER_DIRECTORY_EMPTY,
              Set.of(Need.LAYER_LIST, Need.DIRECTORY_LIST),
              (store, _) -> emptyHome(store)),
          Check.of(
              Scope.STORE,
              Kind.CACHE_ID_CONFLICT,
              Set.of(Need.LAYERS),
              (store, _) -> conflicts(store)),
          new Check<>(
              StoreSnapshot.class,
              Scope.OBJECT,
              Basis.CONTENT,
              FAULTS,
              (store, context) ->
                  store.layers().keySet().stream()
                      .flatMap(layer -> faults(layer, store, context.evidence())),
              (store, evidence, _) -> notSought(store, evidence)));

  private DirectoryChecks() {}

  /// The directory of all directories, if the content of all layers is gone from it at once.
  static Stream<Problem> emptyHome(StoreSnapshot store) {
    return store.lacksAllContent()
        ? Stream.of(new Problem.DriverDirectoryEmpty(store.paths().directories()))
        : Stream.empty();
  }

  /// Layers whose content is gone. Content that this process may not see is not.
  static Stream<Problem> layerDirectories(StoreSnapshot store) {
    if (store.lacksAllContent()) {
      return Stream.empty();
    }
    return store.layerDirectories().entrySet().stream()
        .filter(
            entry ->
                entry.getValue().content() == Content.ABSENT
                    || entry.getValue().content() == Content.FOREIGN)
        .map(
            entry ->
                new Problem.LayerDirectoryMissing(
                    entry.getKey(),
                    entry.getValue().contentPath(),
                    entry.getValue().content() == Content.FOREIGN));
  }

  /// Directories that more than one layer names, each by right as far as its own record tells. One
  /// that stands under a name that is not its chain's is a copy, and that is its problem.
  static Stream<Problem> conflicts(StoreSnapshot store) {
    Map<CacheId, List<ChainId>> layersOf = new TreeMap<>();
    shared(store).forEach(cacheId -> layersOf.put(cacheId, new ArrayList<>()));
    for (Layer layer : store.layers().values()) {
      List<ChainId> layers = layersOf.get(layer.cacheId());
      if (layers != null && layer.isNamedByItsChain()) {
        layers.add(layer.chainId());
      }
    }
    return layersOf.entrySet().stream()
        .map(
            shared ->
                new Problem.CacheIdConflict(
                    shared.getKey(),
                    List.copyOf(shared.getValue()),
                    store.paths().layerDirectoryName(shared.getValue().getFirst()),
                    store.runsOnSharedDirectories()));
  }

  /// The directories of [#conflicts].
  public static Set<CacheId> shared(StoreSnapshot store) {
    Set<CacheId> seen = HashSet.newHashSet(store.layers().size());
    var shared = new HashSet<CacheId>();
    for (Layer layer : store.layers().values()) {
      if (layer.isNamedByItsChain() && !seen.add(layer.cacheId())) {
        shared.add(layer.cacheId());
      }
    }
    return shared;
  }

  /// What differs in a layer's directory from the record of its tar.
  private static Stream<Problem> faults(
      ChainId layer, StoreSnapshot store, LayerEvidence evidence) {
    LayerDirectory directory = store.layerDirectories().get(layer);
    return directory != null && evidence.verdict(layer).orElse(null) instanceof Corrupt(var faults)
        ? faults.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                fault ->
                    new ContentProblem(
                        layer, directory.contentPath(), fault.getKey(), fault.getValue()))
        : Stream.empty();
  }

  /// The kinds of which a layer may have a problem that nobody has looked for.
  private static Stream<Kind> notSought(StoreSnapshot store, LayerEvidence evidence) {
    return Arrays.stream(Fault.values())
        .filter(
            fault ->
                store.layers().keySet().stream()
                    .anyMatch(layer -> !evidence.soughtFaults(layer).contains(fault)))
        .map(ContentProblem::kindOf);
  }
}

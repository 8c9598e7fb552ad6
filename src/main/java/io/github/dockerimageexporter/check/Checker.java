package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.StoreSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// Runs every check on one snapshot. Checks are pure, so their order decides only the report's.
public final class Checker {
  private static final List<BiFunction<StoreSnapshot, LayerGraph, Stream<Problem>>> CHECKS =
      List.of(
          (store, _) -> ImageChecks.invalidConfigs(store),
          (store, _) -> ImageChecks.configDigests(store),
          (store, _) -> ImageChecks.tooDeep(store),
          (store, _) -> ImageChecks.layersPresent(store),
          (store, _) -> ReferenceChecks.invalidReferences(store),
          (store, _) -> ReferenceChecks.danglingReferences(store),
          (store, _) -> LayerChecks.invalidLayers(store),
          LayerChecks::parentsPresent,
          LayerChecks::cycles,
          LayerChecks::depths,
          LayerChecks::chainIds,
          (store, _) -> DirectoryChecks.layerDirectories(store));

  private Checker() {}

  /// The problems of one look.
  ///
  /// @param grace what has changed since then may still be at work, so that it is no waste
  public static List<Problem> check(StoreSnapshot store, LayerGraph graph, Instant grace) {
    return Stream.concat(
            CHECKS.stream().flatMap(check -> check.apply(store, graph)),
            WasteChecks.remnants(store, grace))
        .toList();
  }
}

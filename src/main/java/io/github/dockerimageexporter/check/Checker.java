package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.graphdriver.MountChecks;
import io.github.dockerimageexporter.check.graphdriver.OverlayChecks;
import io.github.dockerimageexporter.check.graphdriver.SizeChecks;
import io.github.dockerimageexporter.check.graphdriver.WasteChecks;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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
          (store, _) -> DirectoryChecks.layerDirectories(store),
          (store, _) -> DirectoryChecks.emptyHome(store),
          (store, _) -> OverlayChecks.all(store),
          MountChecks::all,
          (store, _) -> DirectoryChecks.conflicts(store),
          (store, _) -> ImageChecks.parentsPresent(store));

  private Checker() {}

  /// What the snapshot alone shows.
  ///
  /// @param grace what has changed since then may still be at work, so that it is no waste
  public static List<Problem> check(StoreSnapshot store, LayerGraph graph, Instant grace) {
    return check(store, graph, LayerEvidence.NONE, Set.of(), grace);
  }

  /// All that is known by now. A layer with another problem is not measured against its record:
  /// that would only tell of the same cause again.
  ///
  /// @param known the problems that the scan before told of
  public static List<Problem> check(
      StoreSnapshot store,
      LayerGraph graph,
      LayerEvidence figures,
      Set<Problem> known,
      Instant grace) {
    var problems = new ArrayList<Problem>();
    CHECKS.forEach(check -> check.apply(store, graph).forEach(problems::add));
    MountChecks.invalidContainers(store, grace).forEach(problems::add);
    Set<ChainId> told = problems.stream().flatMap(p -> p.layers().stream()).collect(toSet());
    check(store, figures, told).forEach(problems::add);
    List<Problem> waste = WasteChecks.leftovers(store, problems, known, grace);
    problems.addAll(waste);
    return List.copyOf(problems);
  }

  /// What the figures alone show, but for the layers of which a problem is `told` already.
  public static Stream<Problem> check(
      StoreSnapshot store, LayerEvidence figures, Set<ChainId> told) {
    return Stream.concat(SizeChecks.sizes(store, figures), SizeChecks.tarSplits(store, figures))
        .filter(problem -> Collections.disjoint(problem.layers(), told));
  }
}

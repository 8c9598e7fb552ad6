package io.github.dockerimageexporter.repair;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.repair.containerd.ContainerdPlanner;
import io.github.dockerimageexporter.repair.graphdriver.GraphDriverPlanner;
import io.github.dockerimageexporter.repair.plan.Plan;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How stores of one kind are repaired.
///
/// @param store the kind
/// @param planner makes the plan
public record Repair<S extends StoreSnapshot>(Class<S> store, PlanMaker<S> planner) {
  private static final List<Repair<?>> ALL =
      List.of(
          new Repair<>(GraphDriverSnapshot.class, GraphDriverPlanner::plan),
          new Repair<>(ContainerdSnapshot.class, ContainerdPlanner::plan));

  /// Makes the plan that repairs all that a report has found in a store.
  @FunctionalInterface
  interface PlanMaker<S extends StoreSnapshot> {

    /// The plan for one store.
    ///
    /// @param diskBytes what the store's directories take, as far as they are measured
    Plan plan(S store, LayerGraph graph, Report report, Map<CacheId, Long> diskBytes);
  }

  /// The plan for `store`; nothing for a kind of store that none can be made for.
  public static Optional<Plan> plan(
      StoreSnapshot store, LayerGraph graph, Report report, Map<CacheId, Long> diskBytes) {
    return ALL.stream()
        .filter(repair -> repair.store.isInstance(store))
        .map(repair -> repair.planOf(store, graph, report, diskBytes))
        .findFirst();
  }

  private Plan planOf(
      StoreSnapshot snapshot, LayerGraph graph, Report report, Map<CacheId, Long> diskBytes) {
    return planner.plan(store.cast(snapshot), graph, report, diskBytes);
  }
}

package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.repair.plan.GraphDriverPlan;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The directories of a store that a plan moves something out of, each of which may be a mount
/// point or a link.
final class PlanParts {
  private PlanParts() {}

  /// Their paths below the data root, sorted.
  static List<String> of(GraphDriverPlan plan) {
    GraphDriverLayout layout = plan.layout();
    List<String> parts = parts(layout);
    return Stream.concat(plan.before().stream(), plan.offline().stream())
        .flatMap(step -> moved(step, layout))
        .flatMap(path -> parts.stream().filter(part -> path.startsWith(part + "/")).limit(1))
        .distinct()
        .sorted()
        .toList();
  }

  /// Those inside others first.
  private static List<String> parts(GraphDriverLayout layout) {
    return Stream.of(
            layout.imageHome(),
            layout.imageConfigs(),
            layout.imageMetadata(),
            layout.layerDb(),
            layout.layers(),
            layout.mounts(),
            layout.transactions(),
            layout.containers(),
            layout.temporary(),
            layout.driverHome(),
            layout.driverDirectories(),
            shortNames(layout))
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  private static String shortNames(GraphDriverLayout layout) {
    return layout.driverHome() + "/l";
  }

  /// The paths that a step moves aside.
  private static Stream<String> moved(GraphDriverStep step, GraphDriverLayout layout) {
    return switch (step) {
      case GraphDriverStep.MoveAside(var path, _, _) -> Stream.of(path);
      case GraphDriverStep.MoveDirectoryAside(var id) ->
          Stream.of(layout.driverDirectories() + "/" + id, shortNames(layout) + "/" + id);
      case GraphDriverStep.Write(var path, _, _) -> Stream.of(path);
      case GraphDriverStep.WriteShortName(var id, _) ->
          Stream.of(layout.driverHome() + "/" + id + "/link");
      case GraphDriverStep.RestoreNames(var path) -> Stream.of(path);
      case GraphDriverStep.Note _,
          GraphDriverStep.Rename _,
          GraphDriverStep.LinkShortName _,
          GraphDriverStep.ExpectNoDisk _,
          GraphDriverStep.Pull _,
          GraphDriverStep.DropName _,
          GraphDriverStep.PruneBuildCache _ ->
          Stream.empty();
    };
  }
}

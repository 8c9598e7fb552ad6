package io.github.dockerimageexporter.repair.plan;

import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.util.List;
import java.util.OptionalLong;

/// The whole repair of a store of a graph driver, in order.
///
/// @param losses what will not come back by itself, to be read beforehand
/// @param before steps that do without a stop where the daemon runs
/// @param offline steps for which the daemon must be stopped
/// @param online steps for which it must run again
/// @param restarts whether the daemon must be stopped and started
/// @param asideBytes what the directories take that are moved aside; empty if they are not measured
/// @param neededBytes the recorded size of the layers that are pulled again, as far as it is known
public record GraphDriverPlan(
    GraphDriverLayout layout,
    List<String> losses,
    List<GraphDriverStep> before,
    List<GraphDriverStep> offline,
    List<GraphDriverStep> online,
    boolean restarts,
    OptionalLong asideBytes,
    long neededBytes)
    implements Plan {
  public GraphDriverPlan {
    losses = List.copyOf(losses);
    before = List.copyOf(before);
    offline = List.copyOf(offline);
    online = List.copyOf(online);
  }

  /// A plan without steps that says why.
  public static GraphDriverPlan without(GraphDriverLayout layout, String reason) {
    return new GraphDriverPlan(
        layout, List.of(reason), List.of(), List.of(), List.of(), false, OptionalLong.empty(), 0);
  }

  /// Whether it leaves anything beside the store.
  public boolean movesAnything() {
    return !before.isEmpty()
        || offline.stream().anyMatch(step -> !(step instanceof GraphDriverStep.Note));
  }

  @Override
  public boolean hasSteps() {
    return !before.isEmpty() || !offline.isEmpty() || !online.isEmpty() || restarts;
  }
}

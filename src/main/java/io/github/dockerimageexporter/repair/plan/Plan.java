package io.github.dockerimageexporter.repair.plan;

import java.util.List;

/// The whole repair of one store, in order.
public sealed interface Plan permits ContainerdPlan, GraphDriverPlan {

  /// What will not come back by itself, to be read beforehand.
  List<String> losses();

  boolean hasSteps();

  /// Whether there is nothing to repair.
  default boolean isEmpty() {
    return losses().isEmpty() && !hasSteps();
  }
}

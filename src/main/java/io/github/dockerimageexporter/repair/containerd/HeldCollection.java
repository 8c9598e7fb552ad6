package io.github.dockerimageexporter.repair.containerd;

import io.github.dockerimageexporter.repair.plan.ContainerdStep;

/// A plan while a container has no lease: the next collection removes what it wrote, so nothing may
/// be removed before that is copied.
final class HeldCollection {
  private HeldCollection() {}

  /// The step, or why there is none yet.
  static ContainerdStep without(ContainerdStep step) {
    return switch (step) {
      case ContainerdStep.FetchImage(var image) -> later(image);
      case ContainerdStep.RemoveName(var name) -> later("the name " + name);
      case ContainerdStep.Unpack(var image) -> later("image " + image);
      case ContainerdStep.Note _,
          ContainerdStep.Fetch _,
          ContainerdStep.Put _,
          ContainerdStep.Ingest _,
          ContainerdStep.KeepBlob _,
          ContainerdStep.KeepSnapshot _,
          ContainerdStep.Refill _,
          ContainerdStep.Renew _,
          ContainerdStep.MakeEmpty _,
          ContainerdStep.EndLease _ ->
          step;
    };
  }

  private static ContainerdStep later(String what) {
    return new ContainerdStep.Note(
        "no command yet for %s: it would make containerd remove what a container without a lease has"
                .formatted(what)
            + " written; copy that first and remove the container, then make a new plan");
  }
}

package io.github.dockerimageexporter.repair.plan;

import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import java.util.List;

/// The whole repair of a store of containerd, in order. Nothing has to be stopped for it.
///
/// @param losses what will not come back by itself, to be read beforehand
/// @param fetches what is got before anything in the store is changed
/// @param steps what changes the store
/// @param neededBytes what is fetched and unpacked, as far as it is known
public record ContainerdPlan(
    ContainerdLayout layout,
    List<String> losses,
    List<ContainerdStep.Fetch> fetches,
    List<ContainerdStep> steps,
    long neededBytes)
    implements Plan {
  public ContainerdPlan {
    losses = List.copyOf(losses);
    fetches = List.copyOf(fetches);
    steps = List.copyOf(steps);
  }

  /// A plan without steps that says why.
  public static ContainerdPlan without(ContainerdLayout layout, String reason) {
    return new ContainerdPlan(layout, List.of(reason), List.of(), List.of(), 0);
  }

  @Override
  public boolean hasSteps() {
    return !steps.isEmpty();
  }

  /// Whether it does anything, and does not only say something.
  public boolean changesAnything() {
    return steps.stream().anyMatch(step -> !(step instanceof ContainerdStep.Note));
  }
}

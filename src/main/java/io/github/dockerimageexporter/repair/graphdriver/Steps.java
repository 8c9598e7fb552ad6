package io.github.dockerimageexporter.repair.graphdriver;

import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Steps in their order, each thing once: what has been moved is not moved or written again.
final class Steps {
  private final List<GraphDriverStep> steps = new ArrayList<>();
  private final Set<String> moved = new HashSet<>();
  private final Set<GraphDriverStep> known = new HashSet<>();

  void add(GraphDriverStep step) {
    boolean isNew =
        switch (step) {
          case GraphDriverStep.MoveAside(var path, _, _) -> !isMoved(path) && moved.add(path);
          case GraphDriverStep.Write(var path, _, _) -> !isMoved(path) && known.add(step);
          case GraphDriverStep.MoveDirectoryAside _,
              GraphDriverStep.Rename _,
              GraphDriverStep.LinkShortName _,
              GraphDriverStep.WriteShortName _,
              GraphDriverStep.ExpectNoDisk _,
              GraphDriverStep.RestoreNames _,
              GraphDriverStep.Pull _,
              GraphDriverStep.DropName _,
              GraphDriverStep.PruneBuildCache _,
              GraphDriverStep.Note _ ->
              known.add(step);
        };
    if (isNew) {
      steps.add(step);
    }
  }

  void addAll(List<GraphDriverStep> more) {
    more.forEach(this::add);
  }

  List<GraphDriverStep> toList() {
    return List.copyOf(steps);
  }

  private boolean isMoved(String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (moved.contains(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }
}

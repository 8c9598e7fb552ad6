package io.github.dockerimageexporter.repair;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Steps in their order, each thing once: what has been moved is not moved or written again.
final class Steps {
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> moved = new HashSet<>();
  private final Set<Step> known = new HashSet<>();

  void add(Step step) {
    boolean isNew =
        switch (step) {
          case Step.MoveAside(var path, _, _) -> !isMoved(path) && moved.add(path);
          case Step.Write(var path, _, _) -> !isMoved(path) && known.add(step);
          case Step.MoveDirectoryAside _,
              Step.Rename _,
              Step.LinkShortName _,
              Step.WriteShortName _,
              Step.ExpectNoDisk _,
              Step.RestoreNames _,
              Step.Pull _,
              Step.DropName _,
              Step.PruneBuildCache _,
              Step.Note _ ->
              known.add(step);
        };
    if (isNew) {
      steps.add(step);
    }
  }

  void addAll(List<Step> more) {
    more.forEach(this::add);
  }

  List<Step> toList() {
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

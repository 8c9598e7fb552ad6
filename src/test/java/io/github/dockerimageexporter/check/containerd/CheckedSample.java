package io.github.dockerimageexporter.check.containerd;

import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.check.ContainerdProblem;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.check.SharedChecks;
import io.github.dockerimageexporter.check.StatedEvidence;
import io.github.dockerimageexporter.check.graphdriver.GraphDriverChecks;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What the checks say of a sample of containerd's store.
public final class CheckedSample {
  private static final Checker CHECKER =
      new Checker(
          List.of(SharedChecks.ALL, GraphDriverChecks.ALL, ContainerdChecks.ALL),
          List.of(ContainerdAdvice.ADVICE));

  private CheckedSample() {}

  /// With all waste, however young.
  static Report report(ContainerdSample sample) {
    return report(sample.read(), Instant.MAX);
  }

  /// @param grace what has changed since then is no waste yet
  static Report report(StoreSnapshot store, Instant grace) {
    return report(store, StatedEvidence.NONE, grace);
  }

  static Report report(StoreSnapshot store, LayerEvidence evidence, Instant grace) {
    var context = CheckContext.of(LayerGraph.of(store), evidence, grace, Set.of());
    return CHECKER.report(store, context, CHECKER.check(store, context));
  }

  /// Each problem by its kind, its impact, and what has it.
  static List<String> told(Report report) {
    return report.findings().stream().map(Finding::problem).map(CheckedSample::told).toList();
  }

  /// A problem by its kind, its impact, and what has it.
  public static String told(Problem problem) {
    return "%s %s %s".formatted(problem.kind().label(), problem.impact().label(), subject(problem));
  }

  private static String subject(Problem problem) {
    return switch (problem) {
      case ContainerdProblem.SnapshotRecordMissing lost -> lost.key();
      case ContainerdProblem.SnapshotParentMismatch lost -> lost.key();
      case ContainerdProblem.SnapshotDirectoryMissing lost -> lost.key();
      case ContainerdProblem.ContainerLeaseMissing lost -> lost.container();
      case ContainerdProblem.BlobOrphan orphan -> name(orphan.path());
      case Problem.OrphanDirectory orphan -> name(orphan.path());
      case Problem.DownloadLeftover download -> name(download.path());
      case Problem.StrayEntry stray -> name(stray.path());
      case Problem.MountUnowned mount -> mount.container();
      case ContainerdProblem.ConfigBlobInvalid config -> config.images().getFirst().toString();
      case ContainerdProblem.ConfigBlobChanged config -> config.images().getFirst().toString();
      case ContainerdProblem.OfBlob ofBlob -> ofBlob.blob().toString();
      default -> problem.layers().stream().findFirst().map(Object::toString).orElse("");
    };
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}

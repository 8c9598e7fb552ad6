package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.repair.Repair;
import io.github.dockerimageexporter.repair.plan.ContainerdPlan;
import io.github.dockerimageexporter.repair.plan.GraphDriverPlan;
import io.github.dockerimageexporter.repair.plan.Plan;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;

/// A plan as a POSIX shell script, which can be run whole or pasted section by section.
///
/// A root shell runs it on names that anybody may have chosen. So commands are calls of the
/// functions in `plan-functions.sh`, their arguments stand in single quotes, and all other text is
/// a comment on one line.
public final class PlanScript {
  private PlanScript() {}

  /// The repair of one of the stores of an observation.
  ///
  /// @param flags those of `check` that made its scan find more than others
  public static String of(Observation seen, ObservedStore one, List<String> flags) {
    var diskBytes = new HashMap<CacheId, Long>();
    one.store()
        .directories()
        .forEach(
            (path, directory) ->
                one.usageOf(directory)
                    .ifPresent(
                        usage ->
                            CacheId.find(path.getFileName().toString())
                                .ifPresent(id -> diskBytes.put(id, usage.diskBytes()))));
    return Repair.plan(one.store(), one.graph(), one.report(), diskBytes)
        .map(plan -> of(seen.dataRoot(), seen.checkedAt(), flags, plan))
        .orElseGet(
            () ->
                "# %s: no plan: stores of this kind cannot be repaired by one%n"
                    .formatted(Quote.of(one.store().name())));
  }

  /// @param seenAt when the scan was that the plan is made of
  static String of(Path dataRoot, Instant seenAt, List<String> flags, Plan plan) {
    return switch (plan) {
      case ContainerdPlan ofContainerd ->
          ContainerdScript.of(dataRoot, seenAt, flags, ofContainerd);
      case GraphDriverPlan ofGraphDriver ->
          GraphDriverScript.of(dataRoot, seenAt, flags, ofGraphDriver);
    };
  }

  /// What every plan calls, and what those of one kind of store do.
  static String functions(String ofKind) {
    return BundledText.text("plan-functions.sh") + "\n" + BundledText.text(ofKind);
  }
}

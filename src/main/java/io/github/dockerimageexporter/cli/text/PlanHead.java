package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.repair.plan.Plan;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// What the scripts of all plans begin with.
///
/// @param dataRoot absolute
/// @param store its driver
/// @param seenAt when the scan was that the plan is made of
/// @param flags those of `check` that made that scan find more than others
record PlanHead(Path dataRoot, String store, Instant seenAt, List<String> flags) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  PlanHead {
    dataRoot = dataRoot.toAbsolutePath().normalize();
    flags = flags.stream().filter(SafeNames::isPrintable).toList();
  }

  /// The time of the scan, as it stands in names.
  String time() {
    return TIME.format(seenAt);
  }

  /// Writes why there is no script, if there is none.
  boolean isAll(Plan plan, ShellScript script) {
    if (plan.isEmpty()) {
      script.comment(title() + ": nothing to repair");
      return true;
    }
    if (!SafeNames.isPrintable(dataRoot + store)) {
      script.comment("no command: the store's path cannot be used in one: " + title());
      script.comment(
          "Mount it (mount --bind) under a path without control characters and plan again.");
      return true;
    }
    return false;
  }

  void introduce(ShellScript script) {
    script.line("#!/bin/sh");
    script.comment("Repair of " + title() + ", as scanned at " + seenAt);
    script.comment("");
    script.comment(
        "Read it, save it to a file and run it as root: sh FILE. Or start a root shell (sudo sh)");
    script.comment(
        "and paste it section by section. Each step first checks that nothing has changed since"
            + " the");
    script.comment(
        "scan; if something has, the plan stops there, and check --plan makes a new one.");
  }

  static void warn(Plan plan, ShellScript script) {
    if (!plan.losses().isEmpty()) {
      script.comment("");
      script.comment("Before you start:");
      plan.losses().forEach(loss -> script.comment("- " + loss));
    }
  }

  /// Lets a scan like that find what is left.
  void check(ShellScript script, String... variables) {
    var line = new StringBuilder("docker-image-exporter check");
    for (String flag : variables) {
      line.append(' ').append(flag);
    }
    flags.forEach(flag -> line.append(' ').append(Quote.shellWord(flag)));
    script.line(line.toString());
  }

  private String title() {
    return "%s (%s)".formatted(dataRoot, store);
  }
}

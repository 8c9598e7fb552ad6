package io.github.dockerimageexporter.engine.exporter;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// `check --scrub` with the rights that the shipped unit has: those of root's files, and not one
/// capability.
public final class ShippedUnit {
  /// What stands before a command that is to run so.
  public static final List<String> RIGHTS =
      List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs");

  /// Why it cannot verify some layers.
  public static final Set<String> LIMITS =
      Set.of(
          "only a process with CAP_DAC_READ_SEARCH may read its files",
          "whether it is right shows in extended attributes that only a process with CAP_SYS_ADMIN"
              + " can see");

  private static final Pattern VERIFIED = Pattern.compile("(?m)^ +([0-9]+) layers? verified: ");
  private static final Pattern UNVERIFIABLE =
      Pattern.compile("(?m)^ +([0-9]+) layers? cannot be verified: (.*?): sha256:");

  private ShippedUnit() {}

  /// What it says of the layers.
  ///
  /// @param unverifiable how many, by why
  /// @param text all of it
  public record Scrub(int verified, Map<String, Integer> unverifiable, String text) {
    /// Of how many layers it says anything.
    public int layers() {
      return verified + unverifiable.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /// Scrubs every layer at both depths.
  ///
  /// @param rights what stands before the command: [#RIGHTS], or those of a user's own
  /// @param flags where the store is
  public static Scrub scrub(List<String> rights, List<String> flags)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>(rights);
    command.addAll(List.of(ExporterProcess.launcher().toString(), "check", "--scrub"));
    command.addAll(flags);
    String text = Program.of(command.toArray(String[]::new)).outcome().output();
    var unverifiable = new TreeMap<String, Integer>();
    UNVERIFIABLE
        .matcher(text)
        .results()
        .forEach(found -> unverifiable.put(found.group(2), number(found)));
    return new Scrub(
        VERIFIED.matcher(text).results().mapToInt(ShippedUnit::number).sum(), unverifiable, text);
  }

  private static int number(MatchResult found) {
    return Integer.parseInt(found.group(1));
  }
}

package io.github.dockerimageexporter.page.words;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.model.Quote;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// The command that prints the repair of a data root, for a person to copy.
public final class PlanCommand {
  private static final Path DEFAULT_ROOT = Path.of("/var/lib/docker");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._+-]+");

  private PlanCommand() {}

  /// With the data root, if the command would take another one by itself.
  public static String of(Path dataRoot) {
    return dataRoot.equals(DEFAULT_ROOT)
        ? Explanation.PLAN
        : Explanation.PLAN + " --docker.root=" + word(dataRoot.toString());
  }

  private static String word(String path) {
    return PLAIN.matcher(path).matches() ? path : Quote.sentence(Quote.shellWord(path));
  }
}

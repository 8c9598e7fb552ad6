package io.github.dockerimageexporter.release.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The commands that docs/operations.md tells to type.
final class Documents {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private Documents() {}

  /// Those of the first block below a heading.
  static String below(String heading) {
    return block(heading, "");
  }

  /// Those of the block below a heading that begins with `start`.
  static String block(String heading, String start) {
    return found(
        "(?s)" + Pattern.quote("\n" + heading + "\n") + ".*?```sh\n(" + start + ".*?)```", heading);
  }

  /// Those of a row of the table below a heading, one to a line.
  static String row(String heading, String first) {
    String cells =
        found(
            "(?s)%s\n.*?\n\\| %s \\|([^\n]*)\\|\n"
                .formatted(Pattern.quote("\n" + heading), Pattern.quote(first)),
            first);
    return CODE.matcher(cells)
        .results()
        .map(MatchResult::group)
        .map(code -> code.replace("`", ""))
        .collect(Collectors.joining("\n"));
  }

  private static String found(String pattern, String what) {
    Matcher matcher = Pattern.compile(pattern).matcher(page());
    if (!matcher.find()) {
      throw new IllegalStateException("no commands at " + what);
    }
    return matcher.group(1);
  }

  private static String page() {
    try {
      return Files.readString(Path.of("docs/operations.md"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

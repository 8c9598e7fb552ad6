package io.github.dockerimageexporter.exporter.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many files and connections this process may have open at once.
///
/// Source: proc_pid_limits(5). The JVM has raised the soft limit to the hard one when it started.
final class DescriptorLimit {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES =
      Pattern.compile("^Max open files +([0-9]{1,18}) ", Pattern.MULTILINE);

  private DescriptorLimit() {}

  /// Empty if there is none, or it cannot be read.
  static OptionalLong read() {
    try {
      return parse(Files.readString(LIMITS));
    } catch (IOException unknown) {
      return OptionalLong.empty();
    }
  }

  static OptionalLong parse(String limits) {
    Matcher soft = OPEN_FILES.matcher(limits);
    return soft.find() ? OptionalLong.of(Long.parseLong(soft.group(1))) : OptionalLong.empty();
  }
}

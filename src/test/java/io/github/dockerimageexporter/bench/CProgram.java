package io.github.dockerimageexporter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A C program to compare with, compiled for the machine it runs on.
record CProgram(Path executable) {
  private static final Pattern CPU = Pattern.compile("([0-9.]+) s CPU");
  private static final Pattern WALL = Pattern.compile("([0-9.]+) s wall");

  /// Compiles `source` into `directory`, with `gcc -O2`.
  static CProgram compile(Path source, Path directory) throws IOException {
    String name = source.getFileName().toString().replace(".c", "");
    Path executable = directory.resolve(name);
    output("gcc", "-O2", "-o", executable.toString(), source.toString());
    return new CProgram(executable);
  }

  /// What it prints.
  private String run(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(arguments));
    command.addFirst(executable.toString());
    return output(command.toArray(String[]::new));
  }

  /// The processor time it says it took.
  double cpuSeconds(String... arguments) throws IOException {
    return seconds(CPU, arguments);
  }

  /// The time it says went by, its start apart.
  double wallSeconds(String... arguments) throws IOException {
    return seconds(WALL, arguments);
  }

  private double seconds(Pattern which, String... arguments) throws IOException {
    String output = run(arguments);
    var seconds = which.matcher(output);
    if (!seconds.find()) {
      throw new IOException("expected %s, found %s".formatted(which, output));
    }
    return Double.parseDouble(seconds.group(1));
  }

  private static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            "%s: expected exit status 0, found %d: %s"
                .formatted(command[0], process.exitValue(), output));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException(command[0] + ": interrupted", stop);
    }
    return output;
  }
}

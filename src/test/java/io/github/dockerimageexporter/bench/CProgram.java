package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A C program to compare with, compiled for the machine it runs on.
record CProgram(Path executable) {
  private static final Pattern CPU = Pattern.compile("([0-9.]+) s CPU");
  private static final Pattern WALL = Pattern.compile("([0-9.]+) s wall");

  /// Compiles `source` into `directory`, with `gcc -O2`.
  static CProgram compile(Path source, Path directory) throws IOException {
    String name = source.getFileName().toString().replace(".c", "");
    Path executable = directory.resolve(name);
    run(List.of("gcc", "-O2", "-o", executable.toString(), source.toString()));
    return new CProgram(executable);
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
    var command = new ArrayList<>(List.of(arguments));
    command.addFirst(executable.toString());
    String output = run(command);
    var seconds = which.matcher(output);
    if (!seconds.find()) {
      throw new IOException("expected %s, found %s".formatted(which, output));
    }
    return Double.parseDouble(seconds.group(1));
  }

  private static String run(List<String> command) throws IOException {
    try {
      return new Program(Map.of(), command).run();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException(command.getFirst() + ": interrupted", stop);
    }
  }
}

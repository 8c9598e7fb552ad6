package io.github.dockerimageexporter.engine.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program that runs to its end, or until the thread that waits for it is interrupted: a command,
/// and what it finds in its environment.
public record Program(Map<String, String> environment, List<String> command) {
  private static final int TIMEOUT_SECONDS = 600;

  public Program {
    environment = Map.copyOf(environment);
    command = List.copyOf(command);
  }

  public static Program of(String... command) {
    return new Program(Map.of(), List.of(command));
  }

  /// How it ended.
  ///
  /// @param output its standard output, without blanks at the ends
  /// @param complaints its standard error, likewise
  public record Outcome(int status, String output, String complaints) {}

  /// Runs it and returns its standard output, without blanks at the ends.
  ///
  /// @throws IOException if it cannot be started, runs too long, or ends with another status
  ///     than 0; what it wrote to standard error is quoted
  public String run() throws IOException, InterruptedException {
    Outcome outcome = outcome();
    if (outcome.status() != 0) {
      throw new IOException(
          "%s: ended with status %d, expected 0:%n%s"
              .formatted(String.join(" ", command), outcome.status(), outcome.complaints()));
    }
    return outcome.output();
  }

  /// Runs it to its end, whatever its status is.
  ///
  /// @throws IOException if it cannot be started or runs too long
  public Outcome outcome() throws IOException, InterruptedException {
    Path output = Files.createTempFile("program", ".out");
    Path complaints = Files.createTempFile("program", ".err");
    try {
      var builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(complaints.toFile());
      builder.environment().putAll(environment);
      int status = end(builder.start());
      return new Outcome(status, text(output), text(complaints));
    } finally {
      Files.delete(output);
      Files.delete(complaints);
    }
  }

  private int end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(
            String.join(" ", command) + ": still running after " + TIMEOUT_SECONDS + " s");
      }
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
  }
}

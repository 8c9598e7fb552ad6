package io.github.dockerimageexporter.engine.machine;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// A program in the background: its process, and a file with all it prints.
public final class Daemon implements AutoCloseable {
  /// For a program that qemu runs on a machine at work; one that ends is noticed at once.
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final int STOP_LIMIT_SECONDS = 60;
  private static final int QUOTED_LINES = 40;

  private final Path log;
  private final Process process;

  private Daemon(Path log, Process process) {
    this.log = log;
    this.process = process;
  }

  /// Starts `command`; what it prints is appended to `log`.
  public static Daemon start(Path log, List<String> command) throws IOException {
    var output = ProcessBuilder.Redirect.appendTo(log.toFile());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
    process.getOutputStream().close();
    return new Daemon(log, process);
  }

  /// Waits until `answers` is true without throwing.
  ///
  /// @throws IllegalStateException if the process ends before, or the time is up; its log is quoted
  public void awaitReady(Callable<Boolean> answers) throws IOException {
    try {
      await()
          .atMost(START_LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !process.isAlive() || isTrue(answers));
    } catch (org.awaitility.core.ConditionTimeoutException late) {
      kill();
      throw new IllegalStateException("not ready after " + START_LIMIT + ": " + lastLines(), late);
    }
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "ended with status %d before it was ready: %s"
              .formatted(process.exitValue(), lastLines()));
    }
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  public String log() throws IOException {
    return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
  }

  /// Asks the process to end with SIGTERM and returns its exit status.
  public int terminate() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        kill();
        throw new IllegalStateException(
            "still running %d s after SIGTERM: %s".formatted(STOP_LIMIT_SECONDS, lastLines()));
      }
    } catch (InterruptedException interrupted) {
      kill();
      Thread.currentThread().interrupt();
    }
    return process.exitValue();
  }

  /// Ends the process with SIGKILL, and returns when it is gone.
  public void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    terminate();
  }

  private static boolean isTrue(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (Exception notYet) {
      return false;
    }
  }

  private String lastLines() throws IOException {
    List<String> lines = log().lines().toList();
    return log
        + ":\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size()));
  }
}

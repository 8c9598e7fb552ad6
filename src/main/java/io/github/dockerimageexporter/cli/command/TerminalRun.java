package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.process.InterruptSignal;
import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.cli.text.ProgressLine;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.posix.ExhaustedException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Work that somebody at a terminal waits for: it shows how far it is, and Ctrl-C ends it at once
/// with what is known so far.
final class TerminalRun {
  /// As a shell says it of a process that SIGINT has ended.
  static final int INTERRUPTED = 130;

  private static final long SHOWN_EVERY_MILLIS = 1000;

  private TerminalRun() {}

  /// @param interrupted how far the work was when it was ended; empty if it is complete
  record Result(Observation seen, Optional<ScanProgress.Position> interrupted) {

    /// What an incomplete report has to say of itself; nothing for a complete one.
    void printRemark(PrintWriter out) {
      interrupted.ifPresent(
          position ->
              out.printf("%ninterrupted while %s: this report is incomplete%n", work(position)));
    }

    private static String work(ScanProgress.Position position) {
      return switch (position.stage()) {
        case SCANNING -> "scanning again";
        case MEASURING ->
            "measuring, %d of %s done"
                .formatted(
                    position.done(), Numbers.count(position.total(), "directory", "directories"));
        case READING ->
            "reading tar-split records, %d of %d done".formatted(position.done(), position.total());
        case SCRUBBING ->
            "scrubbing, %d of %s done"
                .formatted(position.done(), Numbers.count(position.total(), "layer", "layers"));
      };
    }
  }

  /// Does `work` in a thread of its own, which is left alone when it is interrupted: a read of a
  /// disk that hangs cannot be ended.
  ///
  /// @param err where it shows how far the work is, once that takes over a second
  /// @throws CommandFailure if it is interrupted before anything is known
  static Result run(Callable<Observation> work, ScanProgress progress, PrintWriter err)
      throws InterruptedException {
    var outcome = new CompletableFuture<Optional<Observation>>();
    Thread.ofPlatform().daemon().name("scan").start(() -> complete(outcome, work));
    try (var _ = InterruptSignal.handle(() -> outcome.complete(Optional.empty()))) {
      Optional<Observation> seen = await(outcome, progress, err);
      return seen.map(whole -> new Result(whole, Optional.empty()))
          .orElseGet(() -> partial(progress));
    }
  }

  private static Result partial(ScanProgress progress) {
    ScanProgress.Position position = progress.position();
    return progress
        .soFar()
        .map(seen -> new Result(seen, Optional.of(position)))
        .orElseThrow(
            () -> new CommandFailure("interrupted before the first scan finished", INTERRUPTED));
  }

  private static void complete(
      CompletableFuture<Optional<Observation>> outcome, Callable<Observation> work) {
    try {
      outcome.complete(Optional.of(work.call()));
    } catch (Exception | Error failure) {
      outcome.completeExceptionally(failure);
    }
  }

  private static Optional<Observation> await(
      CompletableFuture<Optional<Observation>> outcome, ScanProgress progress, PrintWriter err)
      throws InterruptedException {
    Optional<ProgressLine> line = Optional.empty();
    try {
      while (true) {
        try {
          return outcome.get(SHOWN_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillAtWork) {
          if (line.isEmpty()) {
            line = Optional.of(ProgressLine.onStandardError(err));
          }
          line.get().show(progress::position, System.nanoTime());
        }
      }
    } catch (ExecutionException failure) {
      throw unchecked(failure.getCause());
    } finally {
      line.ifPresent(ProgressLine::clear);
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable failure) {
    return switch (failure) {
      case ExhaustedException ours ->
          new CommandFailure(String.valueOf(ours.getMessage()), ExporterCommand.NOT_READ);
      case RuntimeException defect -> defect;
      case null, default -> new CompletionException(failure);
    };
  }
}

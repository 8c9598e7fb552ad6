package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.cli.option.Durations;
import io.github.dockerimageexporter.observation.ScanProgress.Position;
import io.github.dockerimageexporter.observation.ScanProgress.Stage;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.posix.OutputDescriptor;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// A line on the terminal that says how far a command is, rewritten while it works.
///
/// A terminal that cannot rewrite a line (`TERM=dumb`) gets a new one from time to time. Anything
/// but a terminal gets that while layers are scrubbed, which can take hours, and else nothing.
/// There is no colour in it.
public final class ProgressLine {
  private static final int STANDARD_ERROR = 2;

  private static final int USUAL_COLUMNS = 80;
  private static final int SHORTEST_BAR = 5;
  private static final int LONGEST_BAR = 20;

  /// A blank and two brackets.
  private static final int BAR_FRAME = 3;

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final OptionalInt columns;
  private final boolean rewrites;
  private int written;
  private long lastLine = Long.MIN_VALUE;

  /// @param columns of the terminal; empty if there is none
  ProgressLine(PrintWriter err, OptionalInt columns, boolean rewrites) {
    this.err = err;
    this.columns = columns;
    this.rewrites = rewrites;
  }

  public static ProgressLine onStandardError(PrintWriter err) {
    boolean rewrites = !Objects.equals(System.getenv("TERM"), "dumb");
    return new ProgressLine(err, OutputDescriptor.terminalColumns(STANDARD_ERROR), rewrites);
  }

  /// Shows how far the work is, if it is time to.
  ///
  /// @param now on the clock of [System#nanoTime]
  public void show(Supplier<Position> position, long now) {
    Position at = position.get();
    if (columns.isEmpty() && at.stage() != Stage.SCRUBBING) {
      return;
    }
    String line = text(at);
    if (rewrites && columns.isPresent()) {
      rewrite(line + bar(at, width() - line.length()));
    } else if (lastLine == Long.MIN_VALUE || now - lastLine >= BETWEEN_LINES.toNanos()) {
      err.println(line);
      err.flush();
      lastLine = now;
    }
  }

  /// Takes the line away.
  public void clear() {
    if (written > 0) {
      rewrite("");
      err.print('\r');
      err.flush();
    }
  }

  /// Writes over what is there, blanks included, since not every terminal erases.
  private void rewrite(String line) {
    int width = width();
    String shown = line.length() < width ? line : line.substring(0, width - 1);
    err.print('\r' + shown + " ".repeat(Math.max(0, written - shown.length())));
    err.flush();
    written = shown.length();
  }

  private int width() {
    return columns.orElse(0) > 0 ? columns.orElse(0) : USUAL_COLUMNS;
  }

  /// How much of a scrub is done, as far as there is room for it.
  ///
  /// @param room columns behind the line, the last of which stays empty
  private static String bar(Position position, int room) {
    int length = Math.min(room - BAR_FRAME - 1, LONGEST_BAR);
    if (position.stage() != Stage.SCRUBBING || length < SHORTEST_BAR) {
      return "";
    }
    int done = (int) ((long) length * position.done() / Math.max(1, position.total()));
    return " [%s%s]".formatted("#".repeat(done), "-".repeat(length - done));
  }

  private static String text(Position position) {
    Duration elapsed = position.elapsed();
    return switch (position.stage()) {
      case SCANNING -> "scanning the store, " + Durations.format(elapsed);
      case MEASURING ->
          "measured %s, %s, %s/s%s"
              .formatted(
                  count(position, "directory", "directories"),
                  Bytes.format(position.bytes()),
                  Bytes.format(rate(position.bytes(), elapsed)),
                  left(position));
      case READING ->
          "read " + count(position, "tar-split record", "tar-split records") + left(position);
      case SCRUBBING ->
          "verified " + count(position, "layer", "layers") + content(position) + left(position);
    };
  }

  private static String count(Position position, String one, String many) {
    return Numbers.format(position.done()) + " of " + Numbers.count(position.total(), one, many);
  }

  /// What was read of content, which may be none.
  private static String content(Position position) {
    long rate = rate(position.bytes(), position.elapsed());
    return position.bytes() == 0
        ? ""
        : ", read %s, %s/s".formatted(Bytes.format(position.bytes()), Bytes.format(rate));
  }

  private static long rate(long bytes, Duration elapsed) {
    return bytes * 1000 / Math.max(1, elapsed.toMillis());
  }

  private static String left(Position position) {
    if (position.done() == 0) {
      return "";
    }
    int pending = position.total() - position.done();
    Duration left = position.elapsed().multipliedBy(pending).dividedBy(position.done());
    return left.toSeconds() == 0
        ? ", less than 1s left"
        : ", about %s left".formatted(Durations.format(left));
  }
}

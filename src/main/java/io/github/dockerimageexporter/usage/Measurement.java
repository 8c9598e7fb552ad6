package io.github.dockerimageexporter.usage;

import java.nio.file.FileSystemException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A target, and what is known of it so far.
final class Measurement {
  private static final int MAX_LOGGED = 20;

  private final MeasureTarget target;

  /// Made anew for each further path: of most directories nothing is logged.
  private Set<String> logged = Collections.emptySet();

  private Result result = Result.NONE;
  private long due;
  private int retries;

  /// The outcome of a measurement.
  ///
  /// | component    | meaning                                                       |
  /// |--------------|---------------------------------------------------------------|
  /// | `usage`      | empty if the directory has vanished                           |
  /// | `retry`      | whether it may be another a minute later: what failed was not |
  /// |              | a permission, but the disk, or this process; or the directory |
  /// |              | is not there, which a scan may not be able to tell            |
  record Result(Optional<DirectoryUsage> usage, boolean retry) {
    static final Result NONE = new Result(Optional.empty(), false);
    static final Result VANISHED = new Result(Optional.empty(), true);

    static Result of(DirectoryUsage usage, boolean retry) {
      return new Result(Optional.of(usage), retry);
    }

    static Result unreadable(boolean retry) {
      return of(DirectoryUsage.UNREADABLE, retry);
    }

    /// The same, of a measurement that did not come about.
    Result retried() {
      return of(usage.orElse(DirectoryUsage.UNREADABLE), true);
    }
  }

  Measurement(MeasureTarget target) {
    this.target = target;
  }

  MeasureTarget target() {
    return target;
  }

  Result result() {
    return result;
  }

  /// When the next measurement is due, in nanoseconds of the queue's clock.
  long due() {
    return due;
  }

  /// How many times in a row it was to be tried again.
  int retries() {
    return retries;
  }

  /// Whether the outcome differs from the one before.
  boolean finish(Result outcome, long nextDue) {
    boolean changed = !outcome.equals(result);
    retries = outcome.retry() ? retries + 1 : 0;
    result = outcome;
    due = nextDue;
    return changed;
  }

  /// Whether this failure should be logged: each path once, and of a directory full of them the
  /// first few. For the thread that measures.
  boolean isNews(FileSystemException failure) {
    if (logged.size() >= MAX_LOGGED || logged.contains(failure.getFile())) {
      return false;
    }
    var more = new HashSet<>(logged);
    more.add(failure.getFile());
    logged = more;
    return true;
  }
}

package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// How far a check of a data root is, and what it has learned so far.
///
/// Written by the thread that scans, read by any other.
public final class ScanProgress {

  /// What a check does, in this order; it may scan more than once.
  public enum Stage {
    SCANNING,
    MEASURING,
    READING
  }

  /// Where it is.
  ///
  /// @param total how many directories or records there are to do; 0 while it scans
  /// @param done how many of them are done
  /// @param bytes allocated by what has been measured
  /// @param elapsed since the stage began
  public record Position(Stage stage, int total, int done, long bytes, Duration elapsed) {}

  private record Work(Stage stage, int total, IntSupplier pending, long began) {
    Work(Stage stage, int total, IntSupplier pending) {
      this(stage, total, pending, System.nanoTime());
    }
  }

  private volatile Work work = new Work(Stage.SCANNING, 0, () -> 0);
  private volatile Optional<Observation> seen = Optional.empty();
  private volatile Supplier<Map<Path, DirectoryUsage>> usages = Map::of;

  public Position position() {
    Work now = work;
    return new Position(
        now.stage(),
        now.total(),
        Math.max(0, now.total() - now.pending().getAsInt()),
        usages.get().values().stream().mapToLong(DirectoryUsage::diskBytes).sum(),
        Duration.ofNanos(System.nanoTime() - now.began()));
  }

  /// The latest scan with the sizes measured by now; empty before the first scan is complete.
  public Optional<Observation> soFar() {
    Map<Path, DirectoryUsage> measured = usages.get();
    return seen.map(observation -> observation.withUsages(measured));
  }

  public void scanned(Observation observation) {
    seen = Optional.of(observation);
  }

  public void measuring(
      int directories, IntSupplier pending, Supplier<Map<Path, DirectoryUsage>> known) {
    usages = known;
    work = new Work(Stage.MEASURING, directories, pending);
  }

  public void reading(int records, IntSupplier pending) {
    work = new Work(Stage.READING, records, pending);
  }

  /// What was measured stays known.
  public void scanning() {
    Map<Path, DirectoryUsage> measured = usages.get();
    usages = () -> measured;
    work = new Work(Stage.SCANNING, 0, () -> 0);
  }
}

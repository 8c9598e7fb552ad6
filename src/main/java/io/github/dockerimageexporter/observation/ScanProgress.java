package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// How far a check of a data root is, and what it has learned so far.
///
/// Written by the thread that scans, read by any other.
public final class ScanProgress {

  /// What a check does, in this order; it may scan more than once.
  public enum Stage {
    SCANNING,
    MEASURING,
    READING,
    SCRUBBING
  }

  /// Where it is.
  ///
  /// @param total how many directories, records or layers there are to do; 0 while it scans
  /// @param done how many of them are done
  /// @param bytes allocated by what has been measured, or read while it scrubs
  /// @param elapsed since the stage began
  public record Position(Stage stage, int total, int done, long bytes, Duration elapsed) {}

  private record Work(Stage stage, int total, IntSupplier pending, LongSupplier bytes, long began) {
    Work(Stage stage, int total, IntSupplier pending, LongSupplier bytes) {
      this(stage, total, pending, bytes, System.nanoTime());
    }
  }

  private volatile Work work = new Work(Stage.SCANNING, 0, () -> 0, () -> 0);
  private volatile Supplier<Optional<Observation>> seen = Optional::empty;
  private volatile Supplier<PersistentMap<Path, DirectoryUsage>> usages =
      () -> PersistentMap.empty(Keys.PATHS);

  public Position position() {
    Work now = work;
    return new Position(
        now.stage(),
        now.total(),
        Math.max(0, now.total() - now.pending().getAsInt()),
        now.bytes().getAsLong(),
        Duration.ofNanos(System.nanoTime() - now.began()));
  }

  /// The latest scan with the sizes measured by now; empty before the first scan is complete.
  public Optional<Observation> soFar() {
    PersistentMap<Path, DirectoryUsage> measured = usages.get();
    return seen.get().map(observation -> observation.withUsages(measured));
  }

  public void scanned(Observation observation) {
    Optional<Observation> latest = Optional.of(observation);
    seen = () -> latest;
  }

  public void measuring(
      int directories, IntSupplier pending, Supplier<PersistentMap<Path, DirectoryUsage>> known) {
    usages = known;
    work = new Work(Stage.MEASURING, directories, pending, this::measuredBytes);
  }

  public void reading(int records, IntSupplier pending) {
    work = new Work(Stage.READING, records, pending, () -> 0);
  }

  /// Layers are being scrubbed.
  ///
  /// @param found what is known of the data root whenever somebody asks
  public void scrubbing(
      int layers, IntSupplier pending, LongSupplier bytesRead, Supplier<Observation> found) {
    seen = () -> Optional.of(found.get());
    work = new Work(Stage.SCRUBBING, layers, pending, bytesRead);
  }

  /// What was measured stays known.
  public void scanning() {
    PersistentMap<Path, DirectoryUsage> measured = usages.get();
    usages = () -> measured;
    work = new Work(Stage.SCANNING, 0, () -> 0, () -> 0);
  }

  private long measuredBytes() {
    return usages.get().values().stream().mapToLong(DirectoryUsage::diskBytes).sum();
  }
}

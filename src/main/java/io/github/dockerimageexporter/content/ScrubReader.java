package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.scrub.LayerScrubber;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.scrub.ScrubTarget;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Scrubs the layers of a data root, by a thread that lets all others go first.
///
/// What differs counts only if a second scrub, a settle time later, finds the same.
public final class ScrubReader implements AutoCloseable {
  private final ScrubScope scope;
  private final Pace pace = Pace.unlimited();
  private final BackgroundReader<ScrubTarget, LayerVerdict> reader;

  /// @param settle the time between two readings that makes harm real
  public ScrubReader(ScrubScope scope, Duration settle) {
    this.scope = scope;
    this.reader =
        new BackgroundReader<>(
            "scrub",
            false,
            new LayerScrubber(pace)::scrub,
            new Confirmation<>(Corrupt.class::isInstance, settle),
            () -> {});
  }

  /// Makes the layers of `seen` all that is scrubbed; how many there are to do.
  public int track(Observation seen) {
    reader.track(targets(seen));
    return reader.pending();
  }

  /// Whether there is a verdict of every layer of `seen`, in the state that it has there.
  public boolean covers(Observation seen) {
    return reader.known().keySet().containsAll(targets(seen));
  }

  private List<ScrubTarget> targets(Observation seen) {
    Predicate<Path> wanted = scope.wanted().apply(seen);
    return seen.stores().stream()
        .map(ObservedStore::store)
        .flatMap(store -> new ScrubTargets(seen.dataRoot(), store, scope.depth()).of(wanted))
        .toList();
  }

  public int pending() {
    return reader.pending();
  }

  /// How many bytes of files were read.
  public long bytesRead() {
    return pace.bytesRead();
  }

  /// What is known by now.
  public ScrubResults known() {
    Map<Held, LayerVerdict> verdicts = new HashMap<>();
    reader.known().forEach((target, verdict) -> verdicts.put(target.held(), verdict));
    return new ScrubResults(scope.depth().faults(), verdicts);
  }

  /// Waits until all layers are scrubbed.
  public void awaitIdle() throws InterruptedException {
    reader.awaitIdle();
  }

  @Override
  public void close() {
    reader.close();
  }
}

package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.scrub.LayerMeasurer;
import io.github.dockerimageexporter.scrub.LayerMeasurer.Measured;
import io.github.dockerimageexporter.scrub.ScrubTarget;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.DirectoryMeasurer;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.MeasureTarget;
import io.github.dockerimageexporter.usage.Measuring;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What the walks that measure new layers learn of them besides: the sum of the lengths in a
/// layer's record, and whether its directory has what the record lists.
///
/// Those who are to find that out wait for the walk, and fetch it. What the walk could not tell
/// they read themselves, as everything that is to be known once more. All methods may be called by
/// any thread.
public final class LayerWalks {
  private final InstantSource clock;
  private final Map<Path, Expected> expected = new HashMap<>();
  private final Set<LayerRecord> expectedRecords = new HashSet<>();
  private final Map<LayerState, Scrubbed> verdicts = new HashMap<>();
  private final Map<LayerRecord, TarSplit> records = new HashMap<>();

  /// A layer whose directory is to be measured.
  record Expected(LayerState state, ScrubTargets store) {}

  /// @param clock says when walks begin
  public LayerWalks(InstantSource clock) {
    this.clock = clock;
  }

  /// Makes `layers` all that is learned of; what was not fetched of others is forgotten.
  synchronized void expect(Collection<Expected> layers) {
    expected.clear();
    expectedRecords.clear();
    for (Expected layer : layers) {
      expected.put(layer.state().held().directory(), layer);
      expectedRecords.add(layer.state().held().record());
    }
    verdicts.keySet().removeIf(state -> isUnexpected(state.held().directory(), state));
    records.keySet().retainAll(expectedRecords);
    notifyAll();
  }

  private boolean isUnexpected(Path directory, LayerState state) {
    Expected layer = expected.get(directory);
    return layer == null || !layer.state().equals(state);
  }

  /// Expects those alone whose directories are measured soon.
  synchronized void settle(Predicate<Path> isMeasured) {
    expected.values().stream()
        .filter(layer -> !isMeasured.test(layer.state().held().directory()))
        .toList()
        .forEach(this::forget);
    notifyAll();
  }

  private void forget(Expected layer) {
    expected.remove(layer.state().held().directory());
    expectedRecords.remove(layer.state().held().record());
  }

  /// What a walk has learned of a record, once that is over.
  synchronized Optional<TarSplit> fetch(TarSplitFile record) throws InterruptedException {
    while (expectedRecords.contains(record)) {
      wait();
    }
    return Optional.ofNullable(records.remove(record));
  }

  /// The same of a layer, as it was when the walk began, however long ago.
  synchronized Optional<Scrubbed> fetch(LayerState state) throws InterruptedException {
    while (!isUnexpected(state.held().directory(), state)) {
      wait();
    }
    return Optional.ofNullable(verdicts.remove(state));
  }

  /// How one more thread measures.
  Measuring measuring() {
    return new Walk();
  }

  private synchronized Optional<Expected> find(Path directory) {
    return Optional.ofNullable(expected.get(directory));
  }

  private synchronized void learn(LayerState state, Measured measured, Instant began) {
    measured.verdict().ifPresent(verdict -> verdicts.put(state, new Scrubbed(verdict, began)));
    measured
        .recordedBytes()
        .ifPresent(bytes -> records.put(state.held().record(), new TarSplit.Valid(bytes)));
  }

  /// After which nobody waits for it any more.
  private synchronized void end(Path directory) {
    find(directory).ifPresent(this::forget);
    notifyAll();
  }

  /// Measures directories, those that are expected with their records.
  private final class Walk implements Measuring {
    private @Nullable LayerMeasurer layers;

    @Override
    public DirectoryUsage measure(DirectoryMeasurer measurer, MeasureTarget target)
        throws IOException {
      try {
        Optional<Expected> layer = find(target.directory());
        Optional<ScrubTarget> scrub =
            layer.flatMap(it -> it.store().target(it.state(), Depth.SHAPE));
        return scrub.isPresent()
            ? measure(measurer, target, layer.get().state(), scrub.get())
            : PLAIN.measure(measurer, target);
      } finally {
        end(target.directory());
      }
    }

    private DirectoryUsage measure(
        DirectoryMeasurer measurer, MeasureTarget target, LayerState state, ScrubTarget scrub)
        throws IOException {
      Instant began = clock.instant();
      Measured measured =
          layers()
              .measure(
                  scrub, visitor -> measurer.measure(target.place(), target.content(), visitor));
      learn(state, measured, began);
      return measured.usage();
    }

    /// Made by the thread that measures, whose system calls it makes.
    private LayerMeasurer layers() {
      LayerMeasurer own = layers;
      if (own == null) {
        own = new LayerMeasurer();
        layers = own;
      }
      return own;
    }
  }
}

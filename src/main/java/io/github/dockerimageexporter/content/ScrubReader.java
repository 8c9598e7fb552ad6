package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.content.LayerWalks.Expected;
import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.content.background.BackgroundReader;
import io.github.dockerimageexporter.content.background.Confirmation;
import io.github.dockerimageexporter.content.background.Hidden;
import io.github.dockerimageexporter.content.background.ReadingQueue;
import io.github.dockerimageexporter.content.background.Recurrence;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.RekeyedMap;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.scrub.LayerScrubber;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Scrubs the layers of a data root, by a thread that lets all others go first.
///
/// What differs counts only if a second scrub, a settle time later, finds the same. All methods but
/// those that say so are for one thread.
public final class ScrubReader implements AutoCloseable {
  private final ScrubScope scope;
  private final Pace pace;
  private final Optional<ScrubOrder> order;
  private final InstantSource clock;
  private final KeptShapes kept;
  private final Shown shown;
  private final LayerScrubber scrubber;
  private final BytesByStore bytes;
  private final BackgroundReader<LayerState, Scrubbed> reader;
  private final Hidden<LayerState> hidden = new Hidden<>(LayerState::held);
  private final ScrubLine line;
  private PersistentMap<LayerState, Long> tracked = PersistentMap.empty(KeyOrder.byHash());
  private volatile List<ScrubTargets> targets = List.of();

  private final RekeyedMap<LayerState, Scrubbed, Held> results =
      new RekeyedMap<>(KeyOrder.byHash(), KeyOrder.byHash(), LayerState::held);

  /// What others have shown of a layer.
  @FunctionalInterface
  interface Shown {
    /// By the walk that measures it, once that is over.
    Optional<Scrubbed> byWalk(LayerState state) throws InterruptedException;

    /// By a closer look that has found it harmed, and goes on to look: it need not be read by two
    /// for that.
    default Optional<Scrubbed> byCloserLook(LayerState state) {
      return Optional.empty();
    }
  }

  /// One that reads each layer once, as fast as it can.
  ///
  /// @param settle the time between two readings that makes harm real
  public static ScrubReader once(ScrubScope scope, Duration settle) {
    return new ScrubReader(
        scope,
        settle,
        Pace.unlimited(),
        new KeptShapes(),
        _ -> Optional.empty(),
        InstantSource.system(),
        Optional.empty(),
        () -> {});
  }

  /// One that reads every layer again and again.
  ///
  /// @param kept what is known of layers of containerd for further looks at their shape
  /// @param onChange told by its thread that there is news
  static ScrubReader recurring(
      Depth depth,
      Duration settle,
      Pace pace,
      KeptShapes kept,
      Shown shown,
      ScrubSchedule schedule,
      Runnable onChange) {
    return new ScrubReader(
        ScrubScope.everyLayer(depth),
        settle,
        pace,
        kept,
        shown,
        schedule.clock(),
        Optional.of(schedule),
        onChange);
  }

  private ScrubReader(
      ScrubScope scope,
      Duration settle,
      Pace pace,
      KeptShapes kept,
      Shown shown,
      InstantSource clock,
      Optional<ScrubSchedule> schedule,
      Runnable onChange) {
    this.scope = scope;
    this.pace = pace;
    this.shown = shown;
    this.clock = clock;
    this.order = schedule.map(ScrubOrder::new);
    this.kept = kept;
    this.scrubber = new LayerScrubber(pace, kept);
    this.line = new ScrubLine(scope.depth(), kept, _ -> true);
    this.bytes = new BytesByStore(pace);
    var confirmation =
        new Confirmation<>(Scrubbed::isHarm, Scrubbed::isUnreadable, Scrubbed::saysTheSame, settle);
    this.reader =
        new BackgroundReader<>(
            "scrub-" + scope.depth().label(),
            schedule.isPresent() ? Kernel::yieldDisks : Kernel::yieldPriority,
            schedule.isPresent() && scope.depth() == Depth.SHAPE,
            this::read,
            schedule
                .map(turns -> new ReadingQueue<>(confirmation, turns))
                .orElseGet(() -> new ReadingQueue<>(confirmation)),
            onChange);
  }

  Depth depth() {
    return scope.depth();
  }

  /// By the reader's thread. What a walk has shown may be older than the harm that is doubted.
  private Optional<Scrubbed> read(LayerState state) {
    try {
      Optional<Scrubbed> read = shown.byCloserLook(state);
      if (read.isEmpty() && !reader.isDoubted(state)) {
        read = shown.byWalk(state);
      }
      return read.isPresent() ? read : scrub(state);
    } catch (InterruptedException | InterruptedIOException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// A layer that is in that state no more is not there to be read. What is damaged while it is
  /// read may not be seen, so that a verdict is of the time at which the reading began.
  private Optional<Scrubbed> scrub(LayerState state) throws InterruptedIOException {
    pace.begin();
    Instant began = clock.instant();
    return verdict(state).map(verdict -> new Scrubbed(verdict, began));
  }

  private Optional<LayerVerdict> verdict(LayerState state) {
    for (ScrubTargets store : targets) {
      var work = store.work(state, depth());
      if (work.isPresent()) {
        bytes.begin(store.name());
        try {
          return work.get().apply(scrubber);
        } finally {
          bytes.end();
        }
      }
    }
    return Optional.empty();
  }

  /// Makes the layers of `seen` all that is scrubbed; how many there are to do.
  public int track(Observation seen) {
    return track(seen, ScrubStores.everyLayer().of(seen));
  }

  /// The same, of the layers that are in `stores`.
  int track(Observation seen, List<ScrubTargets> stores) {
    targets = stores;
    tracked = line(seen).of(stores);
    PersistentMap<LayerState, Long>.Editor wanted =
        order.map(it -> it.of(tracked)).orElse(tracked).edit();
    hidden
        .besides(tracked.keySet(), seen.isWhole(), reader.known()::keySet)
        .forEach(state -> wanted.put(state, 0L));
    reader.track(wanted.done());
    return reader.pending();
  }

  /// One that reads each layer once is asked for others by each scan.
  private ScrubLine line(Observation seen) {
    return order.isPresent() ? line : new ScrubLine(depth(), kept, scope.wanted().apply(seen));
  }

  /// The layers with a tar-split record of which nothing is known, nor doubted, once `stores` are
  /// tracked.
  List<Expected> unread(List<ScrubTargets> stores) {
    Set<LayerState> unread = reader.unread();
    line.of(stores)
        .changesSince(
            tracked,
            (state, was, _) -> {
              if (was == null) {
                unread.add(state);
              }
            });
    List<Expected> expected = new ArrayList<>();
    for (LayerState state : unread) {
      if (state.held().record() instanceof TarSplitFile && !reader.isDoubted(state)) {
        for (ScrubTargets store : stores) {
          if (state.equals(store.layers().get(state.layer()))) {
            expected.add(new Expected(state, store));
          }
        }
      }
    }
    return expected;
  }

  /// Whether there is a verdict of every layer of `seen`, in the state that it has there.
  public boolean covers(Observation seen) {
    return reader
        .known()
        .keySet()
        .containsAll(line(seen).of(ScrubStores.everyLayer().of(seen)).keySet());
  }

  /// What it has found of harm to a layer's shape; for any thread.
  Optional<Scrubbed> harmOfShape(LayerState state) {
    return reader.known(state).flatMap(Scrubbed::harmOfShape);
  }

  /// How many are to be read for the first time; for any thread.
  public int pending() {
    return reader.pending();
  }

  /// How many bytes of files were read; for any thread.
  public long bytesRead() {
    return pace.bytesRead();
  }

  /// How many of those were the store's; for any thread.
  long bytesRead(String store) {
    return bytes.of(store);
  }

  /// The layers that were not read again though their turn came that long ago.
  Set<ChainId> overdue(Duration since) {
    return reader.overdue(since).stream().map(LayerState::layer).collect(toSet());
  }

  /// When a layer is read next, to the second; empty if that is now, or never.
  Optional<Instant> next() {
    long remaining = reader.remaining();
    return pending() > 0 || remaining <= 0 || remaining == Recurrence.NEVER
        ? Optional.empty()
        : Optional.of(clock.instant().plusNanos(remaining).truncatedTo(ChronoUnit.SECONDS));
  }

  /// Reads nothing for now, or goes on.
  void pause(boolean paused) {
    pace.pause(paused);
  }

  boolean isPaused() {
    return pace.isPaused();
  }

  /// What is known by now.
  public ScrubResults known() {
    return new ScrubResults(Map.of(depth(), results()));
  }

  /// The same by what was compared.
  synchronized PersistentMap<Held, Scrubbed> results() {
    return results.of(reader.known());
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

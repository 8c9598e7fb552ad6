package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Tells whether layers are being pulled or built now.
///
/// | what                             | counts for        | from                              |
/// |----------------------------------|-------------------|-----------------------------------|
/// | what work holds on to            | ten minutes       | the scan that found it changed    |
/// | what nothing holds on to         | an hour           | its beginning                     |
///
/// So neither a lease without end nor what is left of a crash counts for long, whatever becomes of
/// the clock: what begins later than now is no work.
final class ArrivalWatch {
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);
  private static final Duration LONGEST_WORK = Duration.ofHours(1);

  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private final Map<String, LayerArrivals.Follower> followers = new HashMap<>();
  private Map<String, Seen> seen = Map.of();

  /// @param since when a scan found it like that for the first time, by [System#nanoTime]
  private record Seen(LayerArrivals arrivals, long since) {}

  ArrivalWatch(InstantSource clock) {
    this(clock, System::nanoTime);
  }

  ArrivalWatch(InstantSource clock, LongSupplier nanoClock) {
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  /// Takes note of what a scan has found; whether layers are on their way into any store.
  boolean areArriving(Observation latest) {
    long now = nanoClock.getAsLong();
    var next = new HashMap<String, Seen>();
    boolean areArriving = false;
    for (ObservedStore observed : latest.stores()) {
      Seen arrivals = seen(observed.store(), now);
      next.put(observed.store().name(), arrivals);
      areArriving |= areArriving(arrivals, now);
    }
    followers.keySet().retainAll(next.keySet());
    seen = next;
    return areArriving;
  }

  private Seen seen(StoreSnapshot store, long now) {
    LayerArrivals arrivals =
        followers.computeIfAbsent(store.name(), _ -> new LayerArrivals.Follower()).of(store);
    Seen before = seen.get(store.name());
    return before != null && before.arrivals().equals(arrivals) ? before : new Seen(arrivals, now);
  }

  private boolean areArriving(Seen seen, long now) {
    LayerArrivals arrivals = seen.arrivals();
    return (arrivals.areHeld() && now - seen.since() < LONGEST_SILENCE.toNanos())
        || arrivals.begun().stream().anyMatch(this::isAtWork);
  }

  private boolean isAtWork(Instant began) {
    Instant now = clock.instant();
    return !began.isAfter(now) && began.isAfter(now.minus(LONGEST_WORK));
  }
}

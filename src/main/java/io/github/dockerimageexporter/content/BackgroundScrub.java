package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.content.ScrubReader.Shown;
import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.content.background.Hidden;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubCount;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.observation.ScrubState.Background;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Scrubs all layers again and again beside the scans, and gives way to pulls and builds.
///
/// Used by one thread at a time.
public final class BackgroundScrub implements AutoCloseable {
  /// What is later than a pause may last waits again.
  private static final Duration LATE = Duration.ofHours(2);

  private final ArrivalWatch arrivals;
  private final KeptShapes kept = new KeptShapes();
  private final Hidden<KeptShapes.State> hidden = new Hidden<>(KeptShapes.State::held);
  private final LayerWalks walks;
  private final List<ScrubReader> readers = new ArrayList<>();
  private final ScrubStores scrubbed;
  private final Map<String, Map<Depth, ScrubCount>> counts = new HashMap<>();
  private final Pace paceOfOthers;

  /// What to scrub, and how hard.
  ///
  /// @param bytesPerSecond of content, at all depths together; 0 for no limit
  /// @param interval how old a reading gets
  public record Settings(boolean shape, boolean content, long bytesPerSecond, Duration interval) {}

  /// Starts the threads.
  ///
  /// @param settle the time between two readings that makes harm real
  /// @param walks take the first look at a layer's shape
  /// @param onChange told, by one of the threads, that there is news
  public BackgroundScrub(
      Settings settings,
      Duration settle,
      LayerWalks walks,
      InstantSource clock,
      Runnable onChange) {
    this.arrivals = new ArrivalWatch(clock);
    this.walks = walks;
    var schedule = new ScrubSchedule(settings.interval(), clock);
    Pace pace = new Pace(settings.bytesPerSecond(), Pace.Timer.SYSTEM);
    this.paceOfOthers = pace.beside();
    if (settings.shape()) {
      ScrubSchedule between = schedule.inBetween();
      readers.add(
          ScrubReader.recurring(Depth.SHAPE, settle, pace, kept, new Others(), between, onChange));
    }
    if (settings.content()) {
      readers.add(
          ScrubReader.recurring(
              Depth.CONTENT,
              settle,
              pace.beside(),
              kept,
              _ -> Optional.empty(),
              schedule,
              onChange));
    }
    this.scrubbed = ScrubStores.at(readers.stream().map(ScrubReader::depth).collect(toSet()));
  }

  /// At which others may read what is scrubbed, all together as many bytes a second.
  public Pace paceOfOthers() {
    return paceOfOthers;
  }

  /// What has shown the shape of a layer, so that it need not be read for that.
  private final class Others implements Shown {
    @Override
    public Optional<Scrubbed> byWalk(LayerState state) throws InterruptedException {
      return walks.fetch(state);
    }

    @Override
    public Optional<Scrubbed> byCloserLook(LayerState state) {
      return readers.stream()
          .filter(reader -> reader.depth() == Depth.CONTENT)
          .flatMap(reader -> reader.harmOfShape(state).stream())
          .findFirst();
    }
  }

  /// Makes the layers of `seen` all that is scrubbed, and waits while some are on their way. The
  /// walks that measure do not: they read no more than is measured anyway, and save a second walk.
  ///
  /// @param measuring makes their directories all that is measured
  public void track(Observation seen, Runnable measuring) {
    boolean isBusy = arrivals.areArriving(seen);
    List<ScrubTargets> stores = scrubbed.of(seen);
    if (!kept.isEmpty()) {
      kept.retain(
          hidden.and(
              stores.stream().flatMap(ScrubTargets::shapes).toList(),
              seen.isWhole(),
              kept::states));
    }
    walks.expect(
        readers.stream()
            .filter(reader -> reader.depth() == Depth.SHAPE)
            .flatMap(reader -> reader.unread(stores).stream())
            .toList());
    measuring.run();
    paceOfOthers.pause(isBusy);
    for (ScrubReader reader : readers) {
      reader.pause(isBusy);
      reader.track(seen, stores);
    }
  }

  /// What is known by now.
  public ScrubResults known() {
    Map<Depth, PersistentMap<Held, Scrubbed>> readings = new EnumMap<>(Depth.class);
    readers.forEach(reader -> readings.put(reader.depth(), reader.results()));
    return new ScrubResults(readings);
  }

  /// What was `seen`, with how far the scrub of each store is.
  ///
  /// @param before what was shown before it
  public Observation show(Observation seen, Readings readings, Optional<Observation> before) {
    counts.keySet().retainAll(seen.stores().stream().map(one -> one.store().name()).toList());
    return readers.isEmpty()
        ? seen
        : seen.with(
            one -> one.withScrub(state(one, readings.evidence(one.store()), before(one, before))));
  }

  private static ScrubState before(ObservedStore one, Optional<Observation> before) {
    return before.stream()
        .flatMap(seen -> seen.stores().stream())
        .filter(other -> other.store().name().equals(one.store().name()))
        .map(ObservedStore::scrub)
        .findFirst()
        .orElse(ScrubState.NONE);
  }

  private ScrubState state(ObservedStore one, LayerEvidence evidence, ScrubState before) {
    Map<Depth, ScrubCount> counting =
        counts.computeIfAbsent(one.store().name(), _ -> new EnumMap<>(Depth.class));
    List<ScrubTally> tallies =
        readers.stream()
            .filter(reader -> one.store().canBeScrubbed(reader.depth()))
            .flatMap(
                reader ->
                    counting
                        .computeIfAbsent(reader.depth(), ScrubCount::new)
                        .of(one.store(), evidence, reader.overdue(LATE))
                        .map(tally -> tally.after(before))
                        .stream())
            .toList();
    return tallies.isEmpty()
        ? ScrubState.NONE
        : new ScrubState(tallies, Optional.of(background(one, verifiedAt(counting))));
  }

  private static PersistentMap<ChainId, Instant> verifiedAt(Map<Depth, ScrubCount> counting) {
    @Nullable ScrubCount content = counting.get(Depth.CONTENT);
    return content == null ? PersistentMap.empty(Keys.CHAINS) : content.verifiedAt();
  }

  private Background background(ObservedStore one, PersistentMap<ChainId, Instant> verified) {
    long bytes = readers.stream().mapToLong(reader -> reader.bytesRead(one.store().name())).sum();
    boolean isPaused = readers.stream().anyMatch(ScrubReader::isPaused);
    Optional<Instant> next =
        readers.stream().allMatch(reader -> reader.next().isPresent())
            ? readers.stream().flatMap(reader -> reader.next().stream()).min(Instant::compareTo)
            : Optional.empty();
    return new Background(bytes, isPaused, next, verified);
  }

  @Override
  public void close() {
    readers.forEach(ScrubReader::close);
  }
}

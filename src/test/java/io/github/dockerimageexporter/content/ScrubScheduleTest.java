package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A week of scrubbing, in no time.
class ScrubScheduleTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final LayerVerdict VERIFIED = new LayerVerdict.Verified(1, 1);

  private Instant now = START;
  private final ScrubSchedule schedule = schedule();
  private final List<LayerState> layers =
      IntStream.range(0, 100).mapToObj(ScrubScheduleTest::layer).toList();

  @Test
  void theTurnsOfAllLayersAreSpreadOverTheInterval() {
    for (int day = 0; day < 7; day++) {
      Duration from = Duration.ofDays(day);
      Duration to = Duration.ofDays(day + 1);
      assertThat(layers)
          .map(state -> schedule.untilTurn(state.layer()))
          .filteredOn(turn -> turn.compareTo(from) > 0 && turn.compareTo(to) <= 0)
          .hasSizeBetween(5, 30);
    }
  }

  @Test
  void aLayersTurnComesOnceAnInterval() {
    ChainId layer = layers.getFirst().layer();
    now = START.plus(schedule.untilTurn(layer));

    assertThat(schedule.untilTurn(layer)).isEqualTo(WEEK);
    now = now.plus(Duration.ofDays(6));
    assertThat(schedule.untilTurn(layer)).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void whatWasReadIsReadAgainWhenItsTurnComes() {
    for (LayerState state : layers) {
      assertThat(schedule.pauseNanos(state, new Scrubbed(VERIFIED, now)))
          .isEqualTo(schedule.untilTurn(state.layer()).toNanos());
    }
  }

  @Test
  void whatIsCorruptOrUnreadableIsReadAgainWithinTheHour() {
    var corrupt = new LayerVerdict.Corrupt(Map.of());
    var unreadable = new LayerVerdict.Unreadable("path", "reason", false);
    for (LayerState state : layers) {
      Duration turn = schedule.untilTurn(state.layer());
      Duration hour = Duration.ofHours(1);
      long expected = (turn.compareTo(hour) < 0 ? turn : hour).toNanos();
      assertThat(schedule.pauseNanos(state, new Scrubbed(corrupt, now))).isEqualTo(expected);
      assertThat(schedule.pauseNanos(state, new Scrubbed(unreadable, now))).isEqualTo(expected);
    }
  }

  @Test
  void theLayerWhoseTurnComesNextIsReadFirst() {
    List<LayerState> order = line(new ScrubOrder(schedule), layers);

    assertThat(order)
        .containsExactlyInAnyOrderElementsOf(layers)
        .map(state -> schedule.untilTurn(state.layer()))
        .isSorted();
  }

  @Test
  void aRestartGoesOnWhereTheTurnsAre() {
    List<LayerState> before = line(new ScrubOrder(schedule()), layers);
    ChainId tenth = before.get(9).layer();
    now = START.plus(schedule.untilTurn(tenth));

    List<LayerState> after = line(new ScrubOrder(schedule()), layers);

    assertThat(after.subList(0, 90)).isEqualTo(before.subList(10, 100));
    assertThat(after.subList(90, 100)).isEqualTo(before.subList(0, 10));
  }

  @Test
  void whatCameSinceTheStartIsReadBeforeWhatWasThere() {
    var order = new ScrubOrder(schedule);
    List<LayerState> old = line(order, layers.subList(0, 50));

    List<LayerState> all = line(order, layers);

    assertThat(all.subList(0, 50)).containsExactlyInAnyOrderElementsOf(layers.subList(50, 100));
    assertThat(all.subList(50, 100)).isEqualTo(old);
  }

  @Test
  void anotherStateOfALayerIsANewOne() {
    var order = new ScrubOrder(schedule);
    List<LayerState> old = line(order, layers);
    LayerState last = old.getLast();
    var changed = new LayerState(last.layer(), last.held(), 2);

    List<LayerState> all =
        line(order, layers.stream().map(it -> it.equals(last) ? changed : it).toList());

    assertThat(all.getFirst()).isEqualTo(changed);
    assertThat(all.subList(1, 100)).isEqualTo(old.subList(0, 99));
  }

  private static List<LayerState> line(ScrubOrder order, List<LayerState> present) {
    PersistentMap<LayerState, Long> places =
        order.of(
            PersistentMap.of(
                KeyOrder.byHash(), present.stream().collect(toMap(state -> state, _ -> 0L))));
    return places.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  private ScrubSchedule schedule() {
    return new ScrubSchedule(WEEK, source());
  }

  private InstantSource source() {
    return () -> now;
  }

  private static LayerState layer(int number) {
    var id = new ChainId(Digest.of("layer " + number));
    return new LayerState(id, new Held(Path.of("/" + number), new LayerRecord.None("none")), 1);
  }
}

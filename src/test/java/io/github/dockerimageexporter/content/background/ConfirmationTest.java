package io.github.dockerimageexporter.content.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.posix.Kernel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A reader that gives one value after the other, of which the negative ones tell of harm.
@Timeout(60)
class ConfirmationTest {
  private static final Duration SETTLE = Duration.ofMillis(50);

  private final Map<String, Deque<Optional<Integer>>> values = new ConcurrentHashMap<>();
  private final Queue<String> read = new ConcurrentLinkedQueue<>();
  private final Queue<Long> times = new ConcurrentLinkedQueue<>();
  private BackgroundReader<String, Integer> reader = reader(SETTLE);

  @AfterEach
  void close() {
    reader.close();
  }

  @Test
  void harmThatASecondReadingFindsTooCounts() throws InterruptedException {
    gives("layer", -1, -1);

    assertThat(known("layer")).isEqualTo(Map.of("layer", -1));
    assertThat(read).containsExactly("layer", "layer");
  }

  @Test
  void theSecondReadingComesASettleTimeLater() throws InterruptedException {
    gives("layer", -1, -1);
    known("layer");

    assertThat(times.remove() + SETTLE.toNanos()).isLessThanOrEqualTo(times.remove());
  }

  @Test
  void harmThatWasThereInPassingDoesNotCount() throws InterruptedException {
    gives("layer", -1, 5);

    assertThat(known("layer")).isEqualTo(Map.of("layer", 5));
  }

  @Test
  void harmOfAnotherKindWaitsForItsOwnSecondReading() throws InterruptedException {
    gives("layer", -1, -2, -2);

    assertThat(known("layer")).isEqualTo(Map.of("layer", -2));
    assertThat(read).hasSize(3);
  }

  @Test
  void harmThatCannotBeReadAgainIsNoEvidence() throws InterruptedException {
    gives("layer", -1);
    Objects.requireNonNull(values.get("layer")).add(Optional.empty());

    assertThat(known("layer")).isEmpty();
  }

  @Test
  void noHarmCountsAtOnce() throws InterruptedException {
    gives("layer", 5);

    assertThat(known("layer")).isEqualTo(Map.of("layer", 5));
    assertThat(read).containsExactly("layer");
  }

  @Test
  void othersDoNotWaitForASecondReading() throws InterruptedException {
    gives("layer", -1, -1);
    gives("other", 5);

    assertThat(known("layer", "other")).isEqualTo(Map.of("layer", -1, "other", 5));
    assertThat(read).containsExactly("layer", "other", "layer");
  }

  @Test
  void trackingAgainNeitherHastensNorForgetsTheSecondReading() throws InterruptedException {
    gives("layer", -1, -1);
    reader.track(Lines.of("layer"));
    await().until(() -> !read.isEmpty());

    assertThat(known("layer")).isEqualTo(Map.of("layer", -1));
    assertThat(read).hasSize(2);
  }

  @Test
  void whatIsNotWantedAnyMoreGetsNoSecondReading() throws InterruptedException {
    reader.close();
    reader = reader(Duration.ofDays(1));
    gives("layer", -1);
    reader.track(Lines.of("layer"));
    await().until(() -> !read.isEmpty());

    assertThat(known()).isEmpty();
    assertThat(reader.pending()).isZero();
  }

  private BackgroundReader<String, Integer> reader(Duration settle) {
    return new BackgroundReader<>(
        "reader",
        Kernel::yieldPriority,
        false,
        this::read,
        new ReadingQueue<>(new Confirmation<>(value -> value < 0, settle)),
        () -> {});
  }

  private void gives(String key, int... inTurn) {
    var all = new ArrayDeque<Optional<Integer>>();
    for (int value : inTurn) {
      all.add(Optional.of(value));
    }
    values.put(key, all);
  }

  private Map<String, Integer> known(String... keys) throws InterruptedException {
    reader.track(Lines.of(keys));
    reader.awaitIdle();
    return reader.known();
  }

  private Optional<Integer> read(String key) {
    read.add(key);
    times.add(System.nanoTime());
    return Objects.requireNonNull(values.get(key)).remove();
  }
}

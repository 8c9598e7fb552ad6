package io.github.dockerimageexporter.content.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.posix.Kernel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackgroundReaderTest {
  private static final Confirmation<Integer> NONE = new Confirmation<>(_ -> false, Duration.ZERO);

  private final Queue<String> read = new ConcurrentLinkedQueue<>();
  private final AtomicInteger changes = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicBoolean unreadable = new AtomicBoolean(true);
  private final BackgroundReader<String, Integer> reader =
      new BackgroundReader<>(
          "reader",
          Kernel::yieldPriority,
          false,
          this::read,
          new ReadingQueue<>(NONE),
          changes::incrementAndGet);

  @AfterEach
  void close() {
    released.countDown();
    reader.close();
  }

  @Test
  void readsEveryKeyOnceInItsOrder() throws InterruptedException {
    reader.track(Lines.of("b", "a"));
    reader.awaitIdle();
    reader.track(Lines.of("a", "b", "ccc"));
    reader.awaitIdle();

    assertThat(read).containsExactly("b", "a", "ccc");
    assertThat(reader.known()).isEqualTo(Map.of("a", 1, "b", 1, "ccc", 3));
  }

  @Test
  void forgetsWhatIsNotWantedAnyMore() throws InterruptedException {
    reader.track(Lines.of("a", "b"));
    reader.awaitIdle();
    reader.track(Lines.of("b"));

    assertThat(reader.known()).containsOnlyKeys("b");
  }

  @Test
  void tellsWhenNothingWaits() {
    reader.track(Lines.of("a", "b"));

    await().untilAsserted(() -> assertThat(changes).hasPositiveValue());
    assertThat(reader.known()).containsKey("a");
  }

  @Test
  void survivesAFailingListener() throws InterruptedException {
    var fragile =
        new BackgroundReader<String, Integer>(
            "fragile",
            Kernel::yieldPriority,
            false,
            key -> Optional.of(key.length()),
            new ReadingQueue<>(NONE),
            () -> {
              throw new IllegalStateException("a listener that fails");
            });
    try (fragile) {
      fragile.track(Lines.of("a"));
      fragile.awaitIdle();
      fragile.track(Lines.of("a", "bb"));
      fragile.awaitIdle();
      assertThat(fragile.known()).isEqualTo(Map.of("a", 1, "bb", 2));
    }
  }

  @Test
  void survivesAnInterruptOfSomebodyElse() throws InterruptedException {
    reader.track(Lines.of("a"));
    reader.awaitIdle();
    Thread thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(each -> each.getName().equals("reader") && each.isAlive())
            .findFirst()
            .orElseThrow();
    thread.interrupt();
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);

    reader.track(Lines.of("a", "bb"));
    reader.awaitIdle();

    assertThat(reader.known()).isEqualTo(Map.of("a", 1, "bb", 2));
  }

  @Test
  void aFailureLeavesTheOthersToBeRead() throws InterruptedException {
    reader.track(Lines.of("fails", "a"));
    reader.awaitIdle();

    assertThat(reader.known()).containsOnlyKeys("a");
  }

  @Test
  void whatCouldNotBeReadIsReadAgain() throws InterruptedException {
    reader.track(Lines.of("unreadable", "a"));
    reader.awaitIdle();
    assertThat(reader.known()).containsOnlyKeys("a");

    unreadable.set(false);
    reader.track(Lines.of("unreadable", "a"));
    reader.awaitIdle();

    assertThat(read).containsExactly("unreadable", "a", "unreadable");
    assertThat(reader.known()).containsOnlyKeys("a", "unreadable");
  }

  @Test
  void whatFailsAgainAndAgainIsLeftAloneForAWhile() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      reader.track(Lines.of("unreadable"));
      reader.awaitIdle();
    }

    assertThat(read).containsExactly("unreadable", "unreadable");
  }

  @Test
  void whatIsBeingReadIsNotReadTwice() throws InterruptedException {
    reader.track(Lines.of("waits"));
    await().until(() -> read.contains("waits"));
    reader.track(Lines.of("waits", "a"));
    released.countDown();
    reader.awaitIdle();

    assertThat(read).containsExactly("waits", "a");
  }

  private Optional<Integer> read(String key) {
    read.add(key);
    if (key.equals("fails")) {
      throw new IllegalStateException("as asked for");
    }
    if (key.equals("waits")) {
      awaitRelease();
    }
    return key.equals("unreadable") && unreadable.get()
        ? Optional.empty()
        : Optional.of(key.length());
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}

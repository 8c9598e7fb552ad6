package io.github.dockerimageexporter.usage;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UsageCacheTest {
  private static final Duration INTERVAL = Duration.ofHours(1);

  @TempDir private Path root;
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger changes = new AtomicInteger();
  private final UsageCache cache =
      new UsageCache(2, INTERVAL, () -> Measuring.PLAIN, changes::incrementAndGet, now::get);

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void measuresEveryTarget() throws Exception {
    var targets = new ArrayList<MeasureTarget>();
    for (int i = 0; i < 100; i++) {
      targets.add(layer("layer" + i, i));
    }
    cache.track(Targets.of(targets));
    cache.awaitIdle();
    assertThat(contentBytes())
        .isEqualTo(
            targets.stream().collect(toMap(MeasureTarget::directory, target -> target.inode())));
    assertThat(cache.scanned()).isEqualTo(100);
    assertThat(cache.pending()).isZero();
  }

  @Test
  void tellsOnceWhenTheQueueIsEmpty() throws Exception {
    cache.track(Targets.of(layer("a", 1), layer("b", 2), layer("c", 3)));
    await().untilAsserted(() -> assertThat(changes).hasValue(1));
  }

  @Test
  void tellsAtMostOnceASecondWhileBusy() throws Exception {
    var busy = new ArrayList<Integer>();
    try (var steady =
        new UsageCache(1, INTERVAL, () -> Measuring.PLAIN, () -> busy.add(1), now::get)) {
      steady.track(Targets.of(layer("a", 1), layer("b", 2), layer("c", 3)));
      steady.awaitIdle();
    }
    assertThat(busy).hasSize(1);
  }

  @Test
  void measuresAgainAfterTheInterval() throws Exception {
    var target = layer("a", 10);
    cache.track(Targets.of(target));
    cache.awaitIdle();
    Files.write(target.directory().resolve("diff/file"), new byte[20]);
    cache.track(Targets.of(target));
    assertThat(contentBytes()).isEqualTo(Map.of(target.directory(), 10L));

    now.addAndGet(INTERVAL.toNanos());
    cache.track(Targets.of(target));
    await()
        .untilAsserted(() -> assertThat(contentBytes()).isEqualTo(Map.of(target.directory(), 20L)));
  }

  @Test
  void measuresWhatIsBackAfterAMinute() throws Exception {
    var target = layer("a", 10);
    Path aside = root.resolve("aside");
    Files.move(target.directory(), aside);
    cache.track(Targets.of(target));
    cache.awaitIdle();
    assertThat(contentBytes()).isEmpty();
    Files.move(aside, target.directory());

    now.addAndGet(Duration.ofMinutes(1).toNanos());
    cache.track(Targets.of(target));
    await()
        .untilAsserted(() -> assertThat(contentBytes()).isEqualTo(Map.of(target.directory(), 10L)));
  }

  @Test
  void measuresANewInodeAtOnce() throws Exception {
    var target = layer("a", 10);
    cache.track(Targets.of(target));
    cache.awaitIdle();
    Files.write(target.directory().resolve("diff/file"), new byte[20]);
    cache.track(
        Targets.of(new MeasureTarget(target.place(), target.content(), target.inode() + 1, true)));
    cache.awaitIdle();
    assertThat(contentBytes()).isEqualTo(Map.of(target.directory(), 20L));
  }

  @Test
  void leavesOutWhatHasVanished() throws Exception {
    var gone = new MeasureTarget(Targets.at(root.resolve("gone")), Optional.of("diff"), 1, true);
    var target = layer("a", 10);
    cache.track(Targets.of(gone, target));
    cache.awaitIdle();
    assertThat(contentBytes()).isEqualTo(Map.of(target.directory(), 10L));
  }

  @Test
  void countsARootThatCannotBeRead() throws Exception {
    var tooLong =
        new MeasureTarget(Targets.at(root.resolve("n".repeat(300))), Optional.empty(), 1, true);
    cache.track(Targets.of(tooLong));
    cache.awaitIdle();
    assertThat(cache.measured())
        .isEqualTo(Map.of(tooLong.directory(), new DirectoryUsage(0, 0, 0, 1)));
  }

  @Test
  void survivesAFailingListener() throws Exception {
    var fragile =
        new UsageCache(
            1,
            INTERVAL,
            () -> {
              throw new IllegalStateException("a listener that fails");
            });
    try (fragile) {
      fragile.track(Targets.of(layer("a", 1)));
      fragile.awaitIdle();
      var second = layer("b", 2);
      fragile.track(Targets.of(second));
      fragile.awaitIdle();
      assertThat(fragile.measured()).containsOnlyKeys(second.directory());
    }
  }

  @Test
  void closingStopsTheThreads() throws Exception {
    cache.close();
    cache.track(Targets.of(layer("a", 1)));
    cache.awaitIdle();
    assertThat(cache.scanned()).isZero();
  }

  private Map<Path, Long> contentBytes() {
    return cache.measured().entrySet().stream()
        .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().contentBytes()));
  }

  private MeasureTarget layer(String name, int bytes) throws IOException {
    var directory = Files.createDirectories(root.resolve(name));
    Files.write(Files.createDirectory(directory.resolve("diff")).resolve("file"), new byte[bytes]);
    return new MeasureTarget(Targets.at(directory), Optional.of("diff"), bytes, true);
  }
}

package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three layers, by a clock that goes on a second with each byte that is read.
@Timeout(60)
class ScrubReaderTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path dataRoot;
  private final AtomicLong waited = new AtomicLong();
  private final Pace pace = new Pace(0, new Waiting());
  private SampleStore store;
  private Runnable meanwhile = () -> {};

  @BeforeEach
  void makeStore() {
    store = new SampleStore(dataRoot);
    store.image("app:1", "base", "middle", "app");
  }

  @Test
  void aVerdictIsOfTheTimeAtWhichItsReadingBegan() throws InterruptedException {
    List<Scrubbed> verdicts = read();

    Instant began = START;
    var expected = new ArrayList<Instant>();
    for (Scrubbed verdict : verdicts) {
      expected.add(began);
      began = began.plusSeconds(((Verified) verdict.verdict()).bytes());
    }
    assertThat(verdicts).hasSize(3).extracting(Scrubbed::at).isEqualTo(expected);
  }

  @Test
  void aReadingBeginsAfterWhatItGivesWayTo() throws InterruptedException {
    pace.pause(true);

    assertThat(read().getFirst().at()).isEqualTo(START.plusNanos(waited.get()));
    assertThat(waited).hasPositiveValue();
  }

  @Test
  void nothingIsComparedBeforeWhatItGivesWayTo() throws InterruptedException {
    meanwhile = this::loseAFile;
    pace.pause(true);

    assertThat(read()).filteredOn(Scrubbed::isHarm).hasSize(1);
  }

  private void loseAFile() {
    try {
      Files.delete(store.content(cacheId("base")).resolve("etc/base.conf"));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /// The first of them first.
  private List<Scrubbed> read() throws InterruptedException {
    InstantSource clock = () -> START.plusNanos(waited.get()).plusSeconds(pace.bytesRead());
    try (var reader =
        ScrubReader.recurring(
            Depth.CONTENT,
            Duration.ZERO,
            pace,
            new KeptShapes(),
            _ -> Optional.empty(),
            new ScrubSchedule(Duration.ofDays(36_500), clock),
            () -> {})) {
      reader.track(
          new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
              .scan(Freshness.EVERY_FILE));
      reader.awaitIdle();
      return reader.results().values().stream().sorted(comparing(Scrubbed::at)).toList();
    }
  }

  /// Ends a pause after a while.
  private final class Waiting implements Pace.Timer {
    @Override
    public long nanoTime() {
      return waited.get();
    }

    @Override
    public void sleep(long nanos) {
      waited.addAndGet(nanos);
      meanwhile.run();
      pace.pause(false);
    }
  }
}

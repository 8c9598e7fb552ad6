package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.content.ScrubReader.Shown;
import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.demo.ContainerdSampleStore;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A layer of a blob whose shape is looked at beside its content.
@Timeout(60)
class CloserLookTest {
  private static final String FILE = "etc/base.conf";

  @TempDir private Path dataRoot;
  private final KeptShapes kept = new KeptShapes();
  private final Pace pace = Pace.unlimited();
  private final ScrubReader content =
      reader(Depth.CONTENT, Pace.unlimited(), _ -> Optional.empty());
  private final ScrubReader shape =
      reader(
          Depth.SHAPE,
          pace,
          new Shown() {
            @Override
            public Optional<Scrubbed> byWalk(LayerState state) {
              return Optional.empty();
            }

            @Override
            public Optional<Scrubbed> byCloserLook(LayerState state) {
              return content.harmOfShape(state);
            }
          });
  private Path file;

  @BeforeEach
  void verifyTheLayer() {
    var store = new ContainerdSampleStore(dataRoot);
    store.image("app:1", "base");
    file = store.snapshot("base").resolve("fs").resolve(FILE);
    awaitVerdict(content, new Verified(4, 4222));
  }

  @AfterEach
  void stop() {
    content.close();
    shape.close();
  }

  @Test
  void whatReadingItsContentHasFoundIsNotReadAgainForItsShape() throws IOException {
    var harm = new Corrupt(Map.of(Fault.FILE_MISSING, new AffectedFiles(1, List.of(FILE))));
    Files.delete(file);
    awaitVerdict(content, harm);

    awaitVerdict(shape, harm);
    assertThat(pace.bytesRead()).isZero();
  }

  @Test
  void otherContentLeavesItsShape() throws IOException {
    Files.writeString(file, "mane = base\n");
    await().until(() -> verdict(content).filter(LayerVerdict::isHarm).isPresent());

    awaitVerdict(shape, new Verified(4, 0));
    assertThat(pace.bytesRead()).isZero();
  }

  private ScrubReader reader(Depth depth, Pace pace, Shown shown) {
    return ScrubReader.recurring(
        depth,
        Duration.ZERO,
        pace,
        kept,
        shown,
        new ScrubSchedule(Duration.ofMillis(50), InstantSource.system()),
        () -> {});
  }

  private void awaitVerdict(ScrubReader reader, LayerVerdict expected) {
    await().until(() -> verdict(reader), Optional.of(expected)::equals);
  }

  private Optional<LayerVerdict> verdict(ScrubReader reader) {
    Observation seen =
        new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scan(Freshness.EVERY_FILE);
    reader.track(seen, ScrubStores.at(Set.of(Depth.SHAPE, Depth.CONTENT)).of(seen));
    return Readings.none()
        .with(reader.known())
        .evidence(seen.stores().getFirst().store())
        .verdict(chainId("base"));
  }
}

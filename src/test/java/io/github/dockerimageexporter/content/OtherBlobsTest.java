package io.github.dockerimageexporter.content;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Blob;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.BlobChanged;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Blobs of layers of which nothing is unpacked. Those of the sample hold zeros.
@Timeout(60)
class OtherBlobsTest {
  @TempDir private Path dataRoot;
  private Blob blob;

  @BeforeEach
  void removeADirectory() throws IOException {
    StoreSnapshot store = ContainerdSample.in(dataRoot).read();
    Map.Entry<ChainId, LayerRecord> layer =
        store.layerRecords().entrySet().stream()
            .filter(record -> record.getValue() instanceof Blob)
            .findFirst()
            .orElseThrow();
    blob = (Blob) layer.getValue();
    Path directory = requireNonNull(store.layerDirectories().get(layer.getKey())).path();
    Files.delete(directory.resolve("fs"));
    Files.delete(directory);
  }

  @Test
  void areReadWithTheContentOfLayers() throws Exception {
    byte[] zeros = Files.readAllBytes(dataRoot.resolve(blob.path()));

    assertThat(results(Depth.CONTENT).get(single()))
        .extracting(LayerVerdict.Scrubbed::verdict)
        .isEqualTo(new BlobChanged(blob.digest(), Digest.of(zeros)));
  }

  @Test
  void areNotReadForTheShape() throws Exception {
    assertThat(results(Depth.SHAPE)).doesNotContainKey(single());
  }

  private Held single() {
    return Held.ofBlob(blob);
  }

  private Map<Held, LayerVerdict.Scrubbed> results(Depth depth) throws InterruptedException {
    Observation seen =
        new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scan(Freshness.EVERY_FILE);
    try (var reader = ScrubReader.once(ScrubScope.everyLayer(depth), Duration.ZERO)) {
      reader.track(seen);
      reader.awaitIdle();
      return reader.results();
    }
  }
}

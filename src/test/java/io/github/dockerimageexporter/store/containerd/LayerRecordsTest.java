package io.github.dockerimageexporter.store.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Blob;
import io.github.dockerimageexporter.snapshot.LayerRecord.None;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the layers of a real engine's store are compared with.
class LayerRecordsTest {
  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private ContainerdSnapshot healthy;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    healthy = sample.read();
  }

  @Test
  void everyLayerHasABlob() {
    assertThat(healthy.layerRecords().keySet()).isEqualTo(healthy.layers().keySet());
    assertThat(healthy.layerRecords().values())
        .allSatisfy(
            record -> {
              assertThat(record).isInstanceOf(Blob.class);
              assertThat(dataRoot.resolve(((Blob) record).path()))
                  .isEqualTo(sample.blob(((Blob) record).digest()))
                  .hasSize(((Blob) record).sizeBytes());
            });
  }

  @Test
  void aLayerInSeveralCompressionsHasThemAll() {
    assertThat(healthy.layerRecords().values())
        .anySatisfy(record -> assertThat(((Blob) record).twins()).isNotEmpty());
  }

  @Test
  void aBlobThatIsLostOrOfAnotherSizeIsNoRecord() throws IOException {
    for (Map.Entry<ChainId, LayerRecord> layer : healthy.layerRecords().entrySet()) {
      var blob = (Blob) layer.getValue();
      Files.deleteIfExists(sample.blob(blob.digest()));
      for (Blob twin : blob.twins()) {
        if (Files.deleteIfExists(sample.blob(twin.digest()))) {
          Files.write(sample.blob(twin.digest()), new byte[1]);
        }
      }
    }

    assertThat(sample.read().layerRecords().values())
        .allMatch(None.class::isInstance)
        .contains(new None("its blob is missing"));
  }

  @Test
  void theTwinTakesTheBlobsPlace() throws IOException {
    for (LayerRecord record : healthy.layerRecords().values()) {
      Files.deleteIfExists(sample.blob(((Blob) record).digest()));
    }

    ContainerdSnapshot damaged = sample.read();

    healthy
        .layerRecords()
        .forEach(
            (layer, record) -> {
              boolean hasTwin = !((Blob) record).twins().isEmpty();
              assertThat(damaged.layerRecords().get(layer) instanceof Blob).isEqualTo(hasTwin);
            });
  }
}

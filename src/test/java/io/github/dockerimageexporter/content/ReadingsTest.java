package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.content.layer.LayerIndex;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.MeasureTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What measured directories say of their layers.
class ReadingsTest {
  private static final long BYTES = 1234;

  @TempDir private Path dataRoot;

  @Test
  void aDirectoryOfOneLayersOwnFilesHasItsSize() throws IOException {
    assertThat(contentBytesOfBase("overlay2")).isEqualTo(OptionalLong.of(BYTES));
  }

  @Test
  void aDirectoryThatHoldsAWholeTreeDoesNot() throws IOException {
    assertThat(contentBytesOfBase("vfs")).isEmpty();
  }

  private OptionalLong contentBytesOfBase(String driver) throws IOException {
    new SampleStore(dataRoot, driver).image("app:1", "base");
    StoreSnapshot store = new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst();
    Path directory = store.layerDirectories().values().iterator().next().path();
    var usage = new DirectoryUsage(BYTES, 4096, 1, 0);
    var target =
        new MeasureTarget(StorePath.of(dataRoot, directory, 1), Optional.of("diff"), 1, true);

    return new Readings(
            PersistentMap.of(Keys.PATHS, Map.of(directory, usage)),
            PersistentMap.of(Keys.PATHS, Map.of(directory, target)),
            PersistentMap.empty(KeyOrder.byHash()),
            Map.of(),
            ScrubResults.NONE,
            new LayerIndex())
        .evidence(store)
        .contentBytes(chainId("base"));
  }
}

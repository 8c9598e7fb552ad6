package io.github.dockerimageexporter.refresh;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only reading a layer's content shows, read a second time before it is reported.
class ConfirmedHarmTest {
  @TempDir private Path dataRoot;
  private SampleStore store;

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
  }

  @Test
  void aCutTarSplitRecordIsReported() throws IOException, InterruptedException {
    Path record = store.layer(chainId("base", "app")).resolve("tar-split.json.gz");
    byte[] whole = Files.readAllBytes(record);
    Files.write(record, Arrays.copyOf(whole, whole.length - 12));

    assertThat(kinds()).containsExactly(Kind.TAR_SPLIT_INVALID);
  }

  @Test
  @Requires(Requirement.ROOT)
  void aSizeThatIsNeitherOfBothIsReported() throws IOException, InterruptedException {
    Files.writeString(store.layer(chainId("base", "app")).resolve("size"), "12345");

    assertThat(kinds()).containsExactly(Kind.LAYER_SIZE_MISMATCH);
  }

  private List<Kind> kinds() throws InterruptedException {
    return new StoreScanner(dataRoot, Duration.ofMillis(20), Duration.ZERO, InstantSource.system())
        .scanAndMeasure(1).stores().getFirst().report().findings().stream()
            .map(finding -> finding.problem().kind())
            .toList();
  }
}

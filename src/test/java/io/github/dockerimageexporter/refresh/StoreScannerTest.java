package io.github.dockerimageexporter.refresh;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreScannerTest {
  @TempDir private Path dataRoot;

  @Test
  void aTarSplitRecordBeyondALimitIsUnreadableAndNoProblem() throws Exception {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
    Path record = store.layer(chainId("base")).resolve("tar-split.json.gz");
    write(record, "{\"%s\":1}".formatted("n".repeat(100_000)));

    var seen =
        new StoreScanner(dataRoot, Duration.ofMillis(1), Duration.ZERO, InstantSource.system())
            .scanAndMeasure(1)
            .stores()
            .getFirst();

    assertThat(seen.report().findings()).isEmpty();
    assertThat(seen.store().unreadable().reasons())
        .containsOnlyKeys(dataRoot.relativize(record).toString());
    assertThat(seen.report().completeKinds())
        .doesNotContain(Kind.TAR_SPLIT_INVALID, Kind.LAYER_SIZE_MISMATCH)
        .hasSize(Checking.UNSCRUBBED.size() - 2);
  }

  @Test
  void whatCouldNotBeReadWaitsForASecondScan() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base");
    var scanner = new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system());
    scanner.scan(Freshness.EVERY_FILE);
    Path mount = Files.createDirectories(store.mount("made").resolveSibling("builder"));
    Files.writeString(mount.resolve("mount-id"), "");

    assertThat(unreadableAndSettled(scanner)).containsExactly(1, false);
    assertThat(unreadableAndSettled(scanner)).containsExactly(1, true);
    Files.delete(mount.resolve("mount-id"));
    assertThat(unreadableAndSettled(scanner)).containsExactly(0, true);
  }

  private static List<Object> unreadableAndSettled(StoreScanner scanner) {
    var store = scanner.scan(Freshness.EVERY_FILE).stores().getFirst().store();
    return List.of(store.unreadable().reasons().size(), scanner.isSettled());
  }

  private static void write(Path file, String text) throws IOException {
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}

package io.github.dockerimageexporter.refresh;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.content.Readings;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.SideWork;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
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

  @Test
  void aDirectoryInContainerdThatIsFoundToBeAnOrphanIsOwnedAsOne() throws IOException {
    Path orphan = ContainerdSample.in(dataRoot).directory(4711);
    Files.createDirectories(orphan.resolve("fs"));
    var scanner = new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system());

    scanner.scan(Freshness.EVERY_FILE);
    var seen = scanner.scan(Freshness.EVERY_FILE).stores().getFirst();

    assertThat(seen.report().findings())
        .extracting(finding -> finding.problem().kind())
        .containsExactly(Kind.ORPHAN_DIRECTORY);
    assertThat(seen.store().directories().values())
        .filteredOn(directory -> directory.owner() == Owner.ORPHAN)
        .extracting(StoreDirectory::path)
        .containsExactly(orphan);
  }

  /// Whatever follows readings has gone on to the later ones, which it takes in as they come.
  @Test
  void whatWasReadMeanwhileWaitsForNoScan() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    var scanner = new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system());
    Followed followed = follow(scanner);
    scanner.learn(followed.seen(), Readings.none());

    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(followed.readings().get()).isNull();
            });
  }

  /// What a scan has seen, and what was read of the layers by then.
  private record Followed(Observation seen, WeakReference<Readings> readings) {}

  private static Followed follow(StoreScanner scanner) {
    Readings readings = Readings.none();
    return new Followed(
        scanner.scan(Freshness.EVERY_FILE, readings), new WeakReference<>(readings));
  }

  /// Nothing is missing, nothing is waste: what it records is not known in that scan.
  @Test
  void aDatabaseThatIsWrittenAllTheTimeIsUnreadableAndNoProblem() throws IOException {
    var sample = ContainerdSample.in(dataRoot);
    String meta = dataRoot.relativize(sample.meta()).toString();
    BoltTree.Bucket tree = BoltFixture.read(sample.meta(), BoltTree::of);
    Files.delete(sample.meta());
    var scanner = new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system());
    try (var writer = new BoltFixture(sample.meta(), 4096)) {
      writer.commit(tree);
      try (var _ = SideWork.start(() -> commitUntilInterrupted(writer))) {
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> unreadableWithoutProblem(scanner), Set.of(meta)::equals);
      }
      assertThat(unreadableWithoutProblem(scanner)).isEmpty();
    }
  }

  private static void commitUntilInterrupted(BoltFixture writer) throws IOException {
    while (!Thread.currentThread().isInterrupted()) {
      writer.recommit();
    }
  }

  private static Set<String> unreadableWithoutProblem(StoreScanner scanner) {
    var seen = scanner.scan(Freshness.EVERY_FILE).stores().getFirst();
    assertThat(seen.report().findings()).isEmpty();
    return seen.store().unreadable().reasons().keySet();
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

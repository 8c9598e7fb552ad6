package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.demo.ContainerdSampleStore;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two layers of the snapshotter `native`, of which the upper was committed: it was made upon the
/// places for a container's mounts, which are in no blob, and has all that is below it.
@Timeout(60)
class CommittedLayersTest {
  private static final ChainId LOWER = chainId("base");
  private static final ChainId UPPER = chainId("base", "top");
  private static final String INIT = "c".repeat(64) + "-init";
  private static final String INIT_NAME = "moby/3/" + INIT;
  private static final Map<ChainId, LayerVerdict> VERIFIED =
      Map.of(LOWER, new Verified(4, 4222), UPPER, new Verified(4, 867));

  @TempDir private Path dataRoot;
  private Path upper;

  @BeforeEach
  void makeTheStore() throws IOException, InterruptedException {
    var store = new ContainerdSampleStore(dataRoot);
    store.image("app:1", "base", "top");
    record();
    Path snapshots = requireNonNull(store.snapshot("base").getParent());
    Path home = Files.createDirectory(dataRoot.resolve("native"));
    unpack(snapshots.resolve("1/fs"), home.resolve("1"));
    Path init = home.resolve("3");
    unpack(home.resolve("1"), init);
    Files.createFile(init.resolve("etc/hosts"));
    Files.createDirectory(init.resolve("proc"));
    unpack(init, home.resolve("2"));
    unpack(snapshots.resolve("2/fs"), home.resolve("2"));
    Program.of("rm", "--recursive", snapshots.toString()).run();
    Files.move(home, snapshots);
    Path snapshotter = requireNonNull(snapshots.getParent());
    Files.move(snapshotter, snapshotter.resolveSibling("io.containerd.snapshotter.v1.native"));
    Files.move(dataRoot.resolve("rootfs/overlayfs"), dataRoot.resolve("rootfs/native"));
    Path buildKit = dataRoot.resolve("buildkit/containerd-overlayfs");
    Files.move(buildKit, buildKit.resolveSibling("containerd-native"));
    upper = snapshotter.resolveSibling("io.containerd.snapshotter.v1.native/snapshots/2");
  }

  /// Puts the snapshot of the places between the two layers, and all in the other snapshotter.
  private void record() throws IOException {
    ContainerdSample sample = ContainerdSample.at(dataRoot);
    sample.changeMetadata(
        root -> {
          Bucket snapshots = bucket(root, "v1", "snapshots");
          snapshots.with(
              INIT_NAME,
              new Bucket()
                  .with("id", "\3")
                  .with("kind", "\3")
                  .with("parent", "moby/1/" + LOWER)
                  .with("size", "\2"));
          bucket(snapshots, "moby/2/" + UPPER).with("parent", INIT_NAME);
        });
    sample.changeMeta(
        root -> {
          Bucket snapshotters = bucket(root, "v1", "moby", "snapshots");
          Bucket snapshots = bucket(snapshotters, "overlayfs");
          snapshots.with(
              INIT, new Bucket().with("name", INIT_NAME).with("parent", LOWER.toString()));
          bucket(snapshots, UPPER.toString()).with("parent", INIT);
          snapshotters.items().remove("overlayfs");
          snapshotters.with("native", snapshots);
        });
  }

  private static void unpack(Path from, Path to) throws IOException, InterruptedException {
    Program.of("cp", "--archive", "--no-target-directory", from.toString(), to.toString()).run();
  }

  @Test
  void thePlacesForAContainersMountsAreNotTold() throws InterruptedException {
    assertThat(verdicts()).isEqualTo(VERIFIED);
  }

  @Test
  void whatIsInNeitherIsUnexpected() throws IOException, InterruptedException {
    Files.createFile(upper.resolve("etc/added"));

    assertThat(verdicts())
        .isEqualTo(
            Map.of(
                LOWER,
                new Verified(4, 4222),
                UPPER,
                new Corrupt(
                    Map.of(Fault.FILE_UNEXPECTED, new AffectedFiles(1, List.of("etc/added"))))));
  }

  private Map<ChainId, LayerVerdict> verdicts() throws InterruptedException {
    Observation seen =
        new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scan(Freshness.EVERY_FILE);
    try (var reader = ScrubReader.once(ScrubScope.everyLayer(Depth.CONTENT), Duration.ZERO)) {
      reader.track(seen);
      reader.awaitIdle();
      StoreSnapshot store = seen.stores().getFirst().store();
      LayerEvidence evidence = Readings.none().with(reader.known()).evidence(store);
      return store.layers().keySet().stream()
          .collect(toMap(layer -> layer, layer -> evidence.verdict(layer).orElseThrow()));
    }
  }
}

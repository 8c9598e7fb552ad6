package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.engine.BuildHistory;
import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What containerd keeps content by is taken from it, the plan is run word for word, and its next
/// collection takes nothing but what nobody needs.
@RequiresEngine
class ContainerdRecordRepairIT {
  private static final String MOBY = "--namespace=moby";
  private static final String COLLECTS_WHEN_TOLD =
      """
      [plugins."io.containerd.gc.v1.scheduler"]
      startup_delay = "1h"
      mutation_threshold = 1000000
      deletion_threshold = 0
      """;

  private static final Pattern LABEL = Pattern.compile("containerd\\.io/gc\\.ref\\.[^,]+");

  private static DockerEngine engine;
  private static Registry registry;
  private static Images images;
  private static Containers containers;
  private static ContainerdPlans plans;
  private static String image;

  @BeforeAll
  static void pullAnImage() throws IOException, InterruptedException {
    engine = DockerEngine.start(new EngineKind(EngineKind.Origin.SID, ImageStore.CONTAINERD));
    images = new Images(engine);
    containers = new Containers(engine);
    registry = Registry.start(engine.directory().resolve("registry"));
    images.buildKit("pulled:1", Images.VARIED);
    image = images.push("pulled:1", registry);
    images.remove("pulled:1", image);
    engine.docker("builder", "prune", "--all", "--force");
    images.pull(image);
    plans = ContainerdPlans.start(engine, Duration.ZERO);
    BuildHistory.settle(engine);
    assertThat(plans.findings()).isEmpty();
  }

  @AfterAll
  static void removeEngine() throws IOException {
    plans.close();
    engine.close();
    registry.close();
  }

  /// It lacks the label for one layer, which another image keeps until it is removed.
  @Test
  void aManifestKeepsItsLayerAgain() throws IOException, InterruptedException {
    Digest layer = blob(Role.LAYER);
    Digest manifest = blob(Role.MANIFEST);
    containers.create("other", image);
    containers.commit("other", "other:1");
    containers.remove("other");
    String label =
        labels(manifest).stream()
            .filter(it -> it.endsWith(layer.toString()))
            .findFirst()
            .orElseThrow();
    engine.ctr(MOBY, "content", "label", manifest.toString(), label.replaceFirst("=.*", "="));
    assertThat(kinds()).containsExactly(Kind.GC_LABEL_MISSING);

    assertThat(plans.repair()).contains("\nkeep_blob '%s' '%s'\n".formatted(manifest, layer));

    images.remove("other:1");
    allIsWellAfterACollection();
    assertThat(labels(manifest))
        .contains("containerd.io/gc.ref.content.%s=%s".formatted(layer.hex(), layer));
  }

  /// Of a containerd that collects only when it is told to, and without the daemon, whose builder
  /// tells it to by itself: the snapshots would be gone before the plan is there.
  @Test
  void aConfigurationKeepsItsSnapshotAgain() throws IOException, InterruptedException {
    try (var lazy =
            DockerEngine.start(
                new EngineKind(EngineKind.Origin.SID, ImageStore.SEPARATE_CONTAINERD),
                COLLECTS_WHEN_TOLD);
        var itsPlans = ContainerdPlans.start(lazy, Duration.ZERO)) {
      new Images(lazy).pull(image);
      String config = blob(itsPlans, Role.CONFIG).toString();
      String snapshot = new Images(lazy).chain(image).toString();
      lazy.killDockerd();
      lazy.ctr(MOBY, "content", "label", config, "containerd.io/gc.ref.snapshot.overlayfs=");
      assertThat(kinds(itsPlans)).containsExactly(Kind.GC_LABEL_MISSING);

      assertThat(itsPlans.repair())
          .contains("\nkeep_snapshot '%s' '%s'\n".formatted(config, snapshot));

      itsPlans.collect();
      assertThat(itsPlans.findings()).isEmpty();
      assertThat(lazy.ctr(MOBY, "snapshots", "ls")).contains(snapshot);
      lazy.restart();
      new Containers(lazy).tryOut(image);
    }
  }

  /// What it wrote goes with the lease.
  @Test
  void theLeaseOfAContainerThatIsGoneIsEnded() throws IOException, InterruptedException {
    containers.create("gone", image);
    String id = engine.docker("inspect", "--format", "{{.Id}}", "gone");
    engine.stop();
    Files.move(engine.dataRoot().resolve("containers").resolve(id), engine.directory().resolve(id));
    engine.restart();
    assertThat(kinds()).containsExactly(Kind.MOUNT_UNOWNED);

    assertThat(plans.repair()).contains("\nend_lease '" + id + "'");

    allIsWellAfterACollection();
    assertThat(engine.ctr(MOBY, "snapshots", "ls")).doesNotContain(id);
  }

  /// The container stands on what was there before, until it is created again.
  @Test
  void aSnapshotWithoutRecordIsUnpackedAgain() throws IOException, InterruptedException {
    containers.create("first", image);
    String layer = images.chain(image).toString();
    engine.stop();
    removeSnapshot(layer);
    engine.restart();
    assertThat(kinds()).containsOnly(Kind.LAYER_MISSING);

    assertThat(plans.repair())
        .contains("\n# - These containers stay on the old copy of their layers: first. ")
        .contains("\nunpack '" + images.id(image));

    assertThat(kinds()).containsExactly(Kind.SNAPSHOT_PARENT_MISMATCH);
    containers.remove("first");
    allIsWellAfterACollection();
  }

  /// Docker does not unpack what it does not look for: the plan says what to do instead.
  @Test
  void aSnapshotWithoutRecordBelowOthersComesWithTheImage()
      throws IOException, InterruptedException {
    String layer = layers().getFirst().toString();
    engine.stop();
    removeSnapshot(layer);
    engine.restart();
    assertThat(kinds()).containsExactly(Kind.LAYER_MISSING);
    containers.tryOut(image);
    assertThat(kinds()).containsExactly(Kind.LAYER_MISSING);

    assertThat(plans.repair()).contains("\n# no command for layer " + layer + ": ");

    images.remove(image);
    images.pull(image);
    allIsWellAfterACollection();
  }

  @Test
  void allDirectoriesAreFilledAgain() throws IOException, InterruptedException {
    Path snapshots =
        engine.containerdRoot().resolve("io.containerd.snapshotter.v1.overlayfs/snapshots");
    containers.create("user", image);
    try (Stream<Path> all = Files.list(snapshots)) {
      for (Path directory : all.toList()) {
        DataRoots.remove(directory);
      }
    }
    assertThat(kinds()).containsExactly(Kind.DRIVER_DIRECTORY_EMPTY);

    assertThat(plans.repair().lines().filter(line -> line.startsWith("refill '"))).hasSize(5);

    allIsWellAfterACollection();
    engine.docker("start", "user");
    containers.remove("user");
  }

  private static void allIsWellAfterACollection() throws IOException, InterruptedException {
    plans.collect();
    assertThat(plans.findings()).isEmpty();
    containers.tryOut(image);
    images.save(engine.directory().resolve("saved.tar"), image);
  }

  private static List<ChainId> layers() throws InterruptedException {
    return plans.observed().store().images().values().iterator().next().rootFs().chainIds();
  }

  private static void removeSnapshot(String key) throws IOException {
    ContainerdSample.at(engine.dataRoot())
        .changeMeta(
            root -> bucket(root, "v1", "moby", "snapshots", "overlayfs").items().remove(key));
  }

  private static List<Kind> kinds() throws InterruptedException {
    return kinds(plans);
  }

  private static List<Kind> kinds(ContainerdPlans plans) throws InterruptedException {
    return plans.findings().stream().map(finding -> finding.problem().kind()).toList();
  }

  private static List<String> labels(Digest blob) throws IOException, InterruptedException {
    return LABEL
        .matcher(engine.ctr(MOBY, "content", "ls", "digest==" + blob))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private static Digest blob(Role role) throws InterruptedException {
    return blob(plans, role);
  }

  private static Digest blob(ContainerdPlans plans, Role role) throws InterruptedException {
    return ((ContainerdSnapshot) plans.observed().store())
        .namedBlobs().values().stream()
            .filter(blob -> blob.role() == role && blob.isRecorded())
            .map(NamedBlob::digest)
            .findFirst()
            .orElseThrow();
  }
}

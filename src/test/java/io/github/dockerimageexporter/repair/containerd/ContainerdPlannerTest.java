package io.github.dockerimageexporter.repair.containerd;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.check.SharedChecks;
import io.github.dockerimageexporter.check.StatedEvidence;
import io.github.dockerimageexporter.check.containerd.ContainerdChecks;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.repair.plan.ContainerdPlan;
import io.github.dockerimageexporter.repair.plan.ContainerdStep;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One thing broken in the store of a real engine, and what the plan does about it.
class ContainerdPlannerTest {
  private static final Checker CHECKER =
      new Checker(List.of(SharedChecks.ALL, ContainerdChecks.ALL));
  private static final String PULLED = "127.0.0.1:5055/pulled:1";
  private static final String REPOSITORY = "127.0.0.1:5055/pulled";
  private static final String LOCAL = "loaded:1";

  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private ContainerdSnapshot healthy;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    healthy = sample.read();
  }

  @Test
  void aHealthyStoreNeedsNone() {
    assertThat(plan().isEmpty()).isTrue();
  }

  @Test
  void aLostBlobIsFetchedByItsDigestFromWhereItWasPulled() throws IOException {
    NamedBlob config = blob(PULLED, Role.CONFIG);
    Files.delete(sample.blob(config.digest()));

    ContainerdPlan plan = plan();

    assertThat(plan.fetches())
        .containsExactly(
            new ContainerdStep.Fetch(config.digest(), List.of("127.0.0.1:5055/again", REPOSITORY)));
    assertThat(plan.steps()).containsExactly(new ContainerdStep.Put(config.digest()));
    assertThat(plan.losses()).isEmpty();
    assertThat(plan.neededBytes()).isEqualTo(config.describedBytes());
  }

  @Test
  void aBlobOfThisHostAloneIsAskedForNowhere() throws IOException {
    NamedBlob config = blob(LOCAL, Role.CONFIG);
    Files.delete(sample.blob(config.digest()));

    ContainerdPlan plan = plan();

    assertThat(plan.fetches())
        .containsExactly(new ContainerdStep.Fetch(config.digest(), List.of()));
    assertThat(plan.losses())
        .singleElement()
        .asString()
        .startsWith("Image configuration %s of %s: no registry".formatted(config.digest(), LOCAL));
  }

  @Test
  void aBlobWithoutRecordIsGivenToContainerd() throws IOException {
    Digest config = blob(PULLED, Role.CONFIG).digest();
    removeRecord(config);

    assertThat(plan().steps()).containsExactly(new ContainerdStep.Ingest(config));
  }

  /// Even if it is collected between two plans, nothing that it names is taken for never fetched.
  @Test
  void aManifestThatHasLostAllItsLabelsIsGivenThemAgain() throws IOException {
    Digest manifest = idOf(LOCAL).digest();
    Digest config = blob(LOCAL, Role.CONFIG).digest();
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob", manifest.toString())
                .items()
                .remove("labels"));
    removeRecord(config);
    Files.delete(sample.blob(config));

    List<Digest> named =
        Stream.concat(
                Stream.of(config),
                Objects.requireNonNull(healthy.contents().get(idOf(LOCAL)))
                    .manifests()
                    .getFirst()
                    .layers()
                    .stream())
            .toList();
    assertThat(plan().steps())
        .containsExactlyElementsOf(
            Stream.concat(
                    named.stream().map(blob -> new ContainerdStep.KeepBlob(manifest, blob)),
                    Stream.of(new ContainerdStep.Ingest(config)))
                .toList());
  }

  @Test
  void nameWithoutTargetIsFetchedByItsDigest() throws IOException {
    Digest target = idOf(PULLED).digest();

    assertThat(plan(dangling(PULLED, target.toString())).steps())
        .containsExactly(new ContainerdStep.FetchImage(REPOSITORY + "@" + target));
    assertThat(plan(dangling(LOCAL, target.toString())).steps())
        .containsExactly(
            new ContainerdStep.Note(
                "no command for " + LOCAL + ": build or load it again under this name"));
  }

  @Test
  void aLostLayerIsUnpackedFromItsBlobOnWhatIsBelowIt() throws IOException {
    ChainId layer = layersOf(PULLED).get(1);
    SnapshotRecord.Stored stored = stored(layer.toString());
    Files.delete(sample.directory(stored.number()).resolve("fs"));
    Files.delete(sample.directory(stored.number()));

    ContainerdPlan plan = plan();

    assertThat(plan.fetches()).isEmpty();
    assertThat(plan.steps())
        .singleElement()
        .isEqualTo(
            new ContainerdStep.Refill(
                stored.number(),
                ((ContainerdStep.Refill) plan.steps().getFirst()).blob(),
                Objects.requireNonNull(healthy.images().get(idOf(PULLED)))
                    .rootFs()
                    .diffIds()
                    .get(1),
                OptionalLong.of(stored(layersOf(PULLED).get(0).toString()).number())));
    assertThat(healthy.namedBlobs().values())
        .anyMatch(
            blob ->
                blob.role() == Role.LAYER
                    && blob.digest()
                        .equals(((ContainerdStep.Refill) plan.steps().getFirst()).blob()));
  }

  @Test
  void layersAreUnpackedFromTheLowestUp() throws IOException {
    for (ChainId layer : layersOf(PULLED)) {
      Path directory = sample.directory(stored(layer.toString()).number());
      Files.delete(directory.resolve("fs"));
      Files.delete(directory);
    }

    assertThat(plan().steps())
        .extracting(step -> ((ContainerdStep.Refill) step).number())
        .isSorted()
        .hasSameSizeAs(layersOf(PULLED));
  }

  @Test
  void aContainerThatLostItsDirectoriesGetsEmptyOnes() throws IOException {
    String id = healthy.containers().getFirst().id();
    String below = ContainerdSnapshot.initOf(id);
    for (String key : List.of(id, below)) {
      Path directory = sample.directory(stored(key).number());
      Files.delete(directory.resolve("fs"));
      Files.delete(directory);
    }

    ContainerdPlan plan = plan();

    assertThat(plan.steps())
        .containsExactly(
            new ContainerdStep.MakeEmpty(
                stored(below).number(), OptionalLong.of(stored(parentOf(below)).number())),
            new ContainerdStep.MakeEmpty(
                stored(id).number(), OptionalLong.of(stored(below).number())));
    assertThat(plan.losses()).singleElement().asString().contains("what it wrote is lost");
  }

  @Test
  void aContainerWithoutRecordIsLost() throws IOException {
    String id = healthy.containers().getFirst().id();
    removeSnapshot(id);

    assertThat(plan().changesAnything()).isFalse();
    assertThat(plan().losses()).anyMatch(loss -> loss.startsWith("Container " + id));
  }

  @Test
  void containersThatStayOnTheOldCopyOfALayerAreToldFirst() throws IOException {
    Container container = healthy.containers().getFirst();
    String top = parentOf(ContainerdSnapshot.initOf(container.id()));
    removeSnapshot(top);

    ContainerdPlan plan = plan();

    assertThat(plan.steps()).containsExactly(new ContainerdStep.Unpack(container.imageId()));
    assertThat(plan.losses())
        .containsExactly(
            "These containers stay on the old copy of their layers: %s. Once the plan has run, copy"
                    .formatted(container.name())
                + " what they wrote (docker cp), remove them and create them again; until then,"
                + " check reports their snapshots (snapshot_parent_mismatch).");
  }

  /// Docker looks for the top alone, and would leave it as it is.
  @Test
  void aLayerBelowOthersThatAreThereIsNotUnpackedAlone() throws IOException {
    ChainId layer = layersOf(PULLED).getFirst();
    removeSnapshot(layer.toString());

    assertThat(plan().steps())
        .containsExactly(
            new ContainerdStep.Note(
                "no command for layer %s: Docker needs only the layers above it, which exist; remove"
                        .formatted(layer)
                    + " all containers and images that contain it (docker rm, docker rmi), and pull"
                    + " or build the images again"));
  }

  @Test
  void theLeaseOfAContainerThatIsGoneIsEnded() {
    String id = "ab".repeat(32);

    assertThat(plan(new Problem.MountUnowned("containers/" + id, id)).steps())
        .containsExactly(new ContainerdStep.EndLease(id));
  }

  @Test
  void aNameWhoseTargetIsNoDigestIsRemoved() throws IOException {
    String name = "docker.io/library/" + LOCAL;
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "images", name, "target").with("digest", "garbage"));

    assertThat(plan().steps()).containsExactly(new ContainerdStep.RemoveName(name));
  }

  /// Removing a name makes containerd collect what the container wrote.
  @Test
  void nothingIsRemovedWhileAContainerHasNoLease() throws IOException {
    String name = "docker.io/library/" + LOCAL;
    sample.changeMeta(
        root -> {
          bucket(root, "v1", "moby", "images", name, "target").with("digest", "garbage");
          bucket(root, "v1", "moby", "leases").items().keySet().removeIf(Digest::isHex);
        });

    ContainerdPlan plan = plan();

    assertThat(plan.losses()).anyMatch(loss -> loss.contains("Copy it first"));
    assertThat(plan.changesAnything()).isFalse();
    assertThat(plan.steps())
        .contains(
            new ContainerdStep.Note(
                "no command yet for the name %s: it would make containerd remove what a container"
                        .formatted(name)
                    + " without a lease has written; copy that first and remove the container,"
                    + " then make a new plan"));
  }

  /// Another copy of it would be the same.
  @Test
  void aManifestThatWasRecordedAsSomethingElseIsNotFetched() throws IOException {
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "images", PULLED, "target").with("mediatype", "text/plain"));

    assertThat(plan().changesAnything()).isFalse();
    assertThat(plan().steps())
        .singleElement()
        .asString()
        .contains(idOf(PULLED).toString(), "remove the image (docker rmi)");
  }

  @Test
  void whatALostLabelKeptIsKeptAgainBeforeAnythingElse() throws IOException {
    String config = blob(PULLED, Role.CONFIG).digest().toString();
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob", config, "labels")
                .items()
                .remove("containerd.io/gc.ref.snapshot.overlayfs"));
    Digest lost = blob(LOCAL, Role.CONFIG).digest();
    Files.delete(sample.blob(lost));

    assertThat(plan().steps())
        .containsExactly(
            new ContainerdStep.KeepSnapshot(
                Digest.parse(config), layersOf(PULLED).getLast().toString()),
            new ContainerdStep.Put(lost));
  }

  @Test
  void aDamagedDatabaseIsRestoredByHand() throws IOException {
    Files.write(sample.metadata(), new byte[100]);

    ContainerdPlan plan = plan();

    assertThat(plan.changesAnything()).isFalse();
    assertThat(plan.losses()).singleElement().asString().contains("restore the database");
  }

  private ContainerdPlan plan() {
    ContainerdSnapshot store = sample.read();
    var graph = LayerGraph.of(store);
    var context = CheckContext.of(graph, StatedEvidence.NONE, Instant.EPOCH, Set.of());
    Report report = CHECKER.report(store, context, CHECKER.check(store, context));
    return ContainerdPlanner.plan(store, graph, report, Map.of());
  }

  private ContainerdPlan plan(Problem problem) {
    return ContainerdPlanner.plan(
        healthy,
        LayerGraph.of(healthy),
        new Report(List.of(new Finding(problem, List.of())), Set.of(), Set.of(), Map.of()),
        Map.of());
  }

  private static Problem dangling(String name, String target) {
    return new Problem.ReferenceDangling("meta.db", target, List.of(name));
  }

  private void removeSnapshot(String key) throws IOException {
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "snapshots", "overlayfs").items().remove(key));
  }

  private void removeRecord(Digest blob) throws IOException {
    sample.changeMeta(
        root ->
            bucket(root, "v1").items().keySet().stream()
                .filter(namespace -> namespace.startsWith("moby"))
                .forEach(
                    namespace ->
                        bucket(root, "v1", namespace, "content", "blob")
                            .items()
                            .remove(blob.toString())));
  }

  private ImageId idOf(String name) {
    return healthy.references().stream()
        .filter(reference -> reference.name().equals(name))
        .flatMap(reference -> reference.imageId().stream())
        .findFirst()
        .orElseThrow();
  }

  private NamedBlob blob(String image, Role role) {
    return healthy.namedBlobs().values().stream()
        .filter(blob -> blob.role() == role && blob.images().contains(idOf(image)))
        .findFirst()
        .orElseThrow();
  }

  private List<ChainId> layersOf(String image) {
    return Objects.requireNonNull(healthy.images().get(idOf(image))).rootFs().chainIds();
  }

  private SnapshotRecord.Stored stored(String key) {
    return Objects.requireNonNull(healthy.snapshots().get(key)).stored().orElseThrow();
  }

  private String parentOf(String key) {
    return Objects.requireNonNull(healthy.snapshots().get(key)).parent().orElseThrow();
  }
}

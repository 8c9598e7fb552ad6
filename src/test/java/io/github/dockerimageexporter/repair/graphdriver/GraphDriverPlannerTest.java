package io.github.dockerimageexporter.repair.graphdriver;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.repair.plan.GraphDriverPlan;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.ScannedState;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphDriverPlannerTest {
  private static final ChainId BASE = chainId("base");
  private static final ChainId APP = chainId("base", "app");
  private static final ChainId TOP = chainId("base", "app", "top");

  @TempDir private Path dataRoot;
  private SampleStore store;
  private ImageId app;
  private ImageId local;
  private String digest;
  private String container;

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(dataRoot);
    app = store.image("registry.example/app:1", "base", "app", "top");
    digest = "registry.example/app@" + chainId("manifest");
    store.tag(digest, app);
    local = store.image("local:1", "base", "local");
    container = store.container("web", app);
  }

  @Test
  void aHealthyStoreNeedsNone() {
    assertThat(plan().isEmpty()).isTrue();
  }

  @Test
  void whatStandsOnABrokenLayerIsMovedFirstAndTheLayerBelowStays() throws IOException {
    delete(store.content(cacheId("base", "app")));

    assertThat(moved(plan()))
        .containsExactly(
            "containers/" + container,
            store.layout().mounts() + "/" + container,
            store.layout().layer(TOP),
            store.layout().layer(APP),
            store.layout().imageConfig(app),
            store.layout().imageMetadata() + "/" + app.digest().hex());
  }

  @Test
  void nothingIsMovedWhileAMountMayStandOnIt() throws IOException {
    delete(store.content(cacheId("base", "app")));
    Files.write(store.mount(container).resolve("parent"), new byte[2 << 20]);

    assertThat(plan().hasSteps()).isFalse();
  }

  @Test
  void aMountThatTellsItsChainHidesNothing() throws IOException {
    delete(store.content(cacheId("base", "app")));
    delete(dataRoot.resolve("containers").resolve(container));
    Files.writeString(store.mount(container).resolve("mount-id"), "not one");

    assertThat(moved(plan())).contains(store.layout().mounts() + "/" + container);
  }

  @Test
  void eachDirectoryOfTheDriverIsMovedWithItsOwner() throws IOException {
    delete(store.content(cacheId("base", "app")));
    String mount = Files.readString(store.mount(container).resolve("mount-id"));

    assertThat(plan().offline())
        .filteredOn(GraphDriverStep.MoveDirectoryAside.class::isInstance)
        .containsExactly(
            new GraphDriverStep.MoveDirectoryAside(new CacheId(mount)),
            new GraphDriverStep.MoveDirectoryAside(new CacheId(mount + "-init")),
            new GraphDriverStep.MoveDirectoryAside(cacheId("base", "app", "top")),
            new GraphDriverStep.MoveDirectoryAside(cacheId("base", "app")));
  }

  @Test
  void severalProblemsOfAChainAreOneRepair() throws IOException {
    delete(store.content(cacheId("base", "app")));
    GraphDriverPlan one = plan();
    delete(store.content(cacheId("base", "app", "top")));
    Files.writeString(store.layer(TOP).resolve("tar-split.json.gz"), "");

    assertThat(plan()).isEqualTo(one);
  }

  @Test
  void anImageIsPulledByItsDigestAndTheBuildCacheEmptied() throws IOException {
    delete(store.content(cacheId("base", "app")));

    assertThat(plan().online())
        .containsExactly(
            new GraphDriverStep.Pull(digest, Optional.of(app)),
            new GraphDriverStep.PruneBuildCache());
  }

  @Test
  void anImageOfThisHostAloneIsNeverPulled() throws IOException {
    delete(store.content(cacheId("base", "local")));

    assertThat(plan().online())
        .containsExactly(
            new GraphDriverStep.Note("no command: build or load local:1 (" + local + ") again"),
            new GraphDriverStep.PruneBuildCache());
    assertThat(plan().losses())
        .contains(
            "Image local:1 ("
                + local
                + "): no registry digest is known, so it must be built or loaded again.");
  }

  @Test
  void aTagOfARepositoryThatARegistryHasIsPulledWithAWarning() throws IOException {
    ImageId older = store.image("registry.example/app:0", "base", "older");
    delete(store.content(cacheId("base", "older")));

    assertThat(plan().online())
        .containsExactly(
            new GraphDriverStep.Note(
                "Pulled by tag, as no digest is known: the tag may name another image by now."),
            new GraphDriverStep.Pull("registry.example/app:0", Optional.empty()),
            new GraphDriverStep.PruneBuildCache());
    assertThat(older).isNotNull();
  }

  @Test
  void aLostParentIsWrittenAgain() throws IOException {
    Path parent = store.layer(APP).resolve("parent");
    Files.delete(parent);
    String path = path(parent);

    assertThat(plan().offline())
        .containsExactly(
            new GraphDriverStep.Write(
                path, BASE.toString(), List.of(new ScannedState.Nothing(path))));
    assertThat(plan().online()).isEmpty();
  }

  @Test
  void aChangedDiffIdIsWrittenAgain() throws IOException {
    Path diff = store.layer(APP).resolve("diff");
    Files.writeString(diff, diffId("unknown").toString());
    String path = path(diff);

    assertThat(plan().offline())
        .containsExactly(
            new GraphDriverStep.Write(
                path,
                diffId("app").toString(),
                List.of(new ScannedState.Text(path, diffId("unknown").toString()))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:cut", "\n"})
  void aMalformedDiffIdIsWrittenAgain(String found) throws IOException {
    Path diff = store.layer(APP).resolve("diff");
    Files.writeString(diff, found);

    assertThat(plan().offline())
        .containsExactly(
            new GraphDriverStep.Write(
                path(diff),
                diffId("app").toString(),
                List.of(new ScannedState.Something(store.layout().layer(APP)))));
    assertThat(plan().online()).isEmpty();
  }

  @Test
  void aMalformedParentOfABaseLayerIsMovedAside() throws IOException {
    Path parent = store.layer(BASE).resolve("parent");
    Files.writeString(parent, "");

    assertThat(plan().offline())
        .containsExactly(
            GraphDriverStep.MoveAside.of(
                path(parent), new ScannedState.Something(store.layout().layer(BASE))));
  }

  @Test
  void aLayerThatDoesNotNameItsDirectoryIsMovedAsideWhateverElseIsMalformed() throws IOException {
    Files.writeString(store.layer(TOP).resolve("diff"), "");
    Files.writeString(store.layer(TOP).resolve("cache-id"), "");

    assertThat(moved(plan())).contains(store.layout().layer(TOP));
  }

  @Test
  void aRingOfParentsIsOpenedWhereItIsWrong() throws IOException {
    Files.writeString(store.layer(BASE).resolve("parent"), APP.toString());
    String path = path(store.layer(BASE).resolve("parent"));

    assertThat(plan().offline())
        .containsExactly(
            GraphDriverStep.MoveAside.of(path, new ScannedState.Text(path, APP.toString())));
  }

  @Test
  void aRenamedLayerGetsItsNameBack() throws IOException {
    ChainId other = chainId("nothing");
    Files.move(store.layer(TOP), store.layer(other));
    String from = store.layout().layer(other);
    String to = store.layout().layer(TOP);

    assertThat(plan().offline())
        .containsExactly(
            new GraphDriverStep.Rename(
                from,
                to,
                List.of(
                    new ScannedState.Nothing(to),
                    new ScannedState.Text(from + "/diff", diffId("top").toString()))));
  }

  @Test
  void aCopyOfALayerGoesWithoutTheDirectoryThatItShares() throws IOException {
    ChainId copy = chainId("nothing");
    Files.createDirectory(store.layer(copy));
    for (String file : List.of("diff", "size", "cache-id", "parent", "tar-split.json.gz")) {
      Files.copy(store.layer(TOP).resolve(file), store.layer(copy).resolve(file));
    }

    assertThat(moved(plan())).containsExactly(store.layout().layer(copy));
    assertThat(plan().offline()).noneMatch(GraphDriverStep.MoveDirectoryAside.class::isInstance);
  }

  @Test
  void aLostLowerIsWrittenFromTheDirectoryBelow() throws IOException {
    Path lower = store.content(cacheId("base", "app")).resolveSibling("lower");
    String stack = Files.readString(lower);
    Files.delete(lower);
    String path = path(lower);

    assertThat(plan().offline())
        .containsExactly(
            new GraphDriverStep.Write(path, stack, List.of(new ScannedState.Nothing(path))));
  }

  @Test
  void namesAreLeftToADaemonThatRuns() throws IOException {
    Files.writeString(store.repositories(), "");

    GraphDriverPlan plan = plan();

    assertThat(plan.before())
        .containsExactly(new GraphDriverStep.RestoreNames("image/overlay2/repositories.json"));
    assertThat(plan.restarts()).isFalse();
  }

  @Test
  void anImageWhoseParentGoesForgetsIt() throws IOException {
    ImageId parent = store.image("parent:1", "base");
    store.parent(local, parent);
    Files.writeString(store.config(parent), "{}");
    String path = path(store.metadata(local).resolve("parent"));

    assertThat(plan().offline())
        .contains(
            GraphDriverStep.MoveAside.of(path, new ScannedState.Text(path, parent.toString())));
  }

  private GraphDriverPlan plan() {
    var snapshot =
        (GraphDriverSnapshot)
            new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst();
    ObservedStore observed = Checking.observe(snapshot, Instant.EPOCH);
    return GraphDriverPlanner.plan(snapshot, observed.graph(), observed.report(), Map.of());
  }

  private static List<String> moved(GraphDriverPlan plan) {
    return plan.offline().stream()
        .filter(GraphDriverStep.MoveAside.class::isInstance)
        .map(step -> ((GraphDriverStep.MoveAside) step).path())
        .toList();
  }

  private String path(Path file) {
    return dataRoot.relativize(file).toString();
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package io.github.dockerimageexporter.check;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ChainConsistency;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A healthy store, in which each test breaks one thing and compares the whole report.
class CheckerTest {
  private static final ChainId BASE = chainId("base");
  private static final ChainId APP = chainId("base", "app");
  private static final ChainId TOP = chainId("base", "app", "top");

  @TempDir private Path dataRoot;
  private SampleStore store;
  private ImageId small;
  private ImageId app;

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(dataRoot);
    small = store.image("small:1", "base");
    app = store.image("app:1", "base", "app", "top");
    store.tag("app:latest", app);
    store.container("web", app);
  }

  @Test
  void aHealthyStoreHasNoProblem() {
    assertThat(findings()).isEmpty();
  }

  @Test
  void anImageWithoutLayersIsConsistent() {
    ImageId empty = store.image("empty:1");

    assertThat(consistency().of(empty)).isEqualTo(Consistency.CONSISTENT);
    assertThat(findings()).isEmpty();
  }

  @Test
  void aConfigurationThatIsNotJsonButHashesToItsNameIsInvalid() throws IOException {
    var id = new ImageId(Digest.of("not json"));
    Files.writeString(store.config(id), "not json");

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ImageConfigInvalid(
                    id,
                    path(store.config(id)),
                    "not JSON: Unrecognized token 'not': was expecting (JSON String, Number,"
                        + " Array, Object or token 'null', 'true' or 'false')"),
                List.of(id)));
    assertThat(consistency().inconsistentImages()).containsExactly(id);
  }

  @Test
  void aChangedConfigurationHashesToAnotherName() throws IOException {
    String changed = Files.readString(store.config(app)) + "\n";
    Files.writeString(store.config(app), changed);

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ImageConfigDigestMismatch(
                    app, path(store.config(app)), Digest.of(changed)),
                List.of(app)));
  }

  @Test
  void aTruncatedConfigurationIsOneProblemThoughItIsNoJsonEither() throws IOException {
    Files.writeString(store.config(app), "");

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ImageConfigDigestMismatch(app, path(store.config(app)), Digest.of("")),
                List.of(app)));
  }

  @Test
  void aDirectoryInPlaceOfAConfigurationIsInvalid() throws IOException {
    Files.delete(store.config(app));
    Files.createDirectory(store.config(app));

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ImageConfigInvalid(
                    app, path(store.config(app)), "found a directory, expected a regular file"),
                List.of(app)));
  }

  @Test
  void aLostLayerIsOneProblemOfAllImagesAboveIt() throws IOException {
    delete(store.layer(BASE));

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.LayerMissing(BASE, path(store.layer(BASE))), sorted(small, app)));
    assertThat(consistency().inconsistentImages()).containsExactlyInAnyOrder(small, app);
    assertThat(consistency().inconsistentLayers()).containsExactlyInAnyOrder(BASE, APP, TOP);
  }

  @Test
  void aLostTopLayerLeavesTheImagesBelowItConsistent() throws IOException {
    delete(store.layer(TOP));

    assertThat(findings())
        .containsExactly(
            new Finding(new Problem.LayerMissing(TOP, path(store.layer(TOP))), List.of(app)));
    assertThat(consistency().of(small)).isEqualTo(Consistency.CONSISTENT);
  }

  @Test
  void aLostConfigurationIsOneProblemOfAllItsNames() throws IOException {
    Files.delete(store.config(app));

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ReferenceDangling(
                    path(store.repositories()), app.toString(), List.of("app:1", "app:latest")),
                List.of()));
  }

  @Test
  void aReferenceToWhatIsNoDigestDangles() throws IOException {
    Files.writeString(
        store.repositories(), "{\"Repositories\":{\"app\":{\"app:1\":\"nonsense\"}}}");

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ReferenceDangling(
                    path(store.repositories()), "nonsense", List.of("app:1")),
                List.of()));
  }

  @Test
  void anEmptyListOfReferencesIsInvalid() throws IOException {
    Files.writeString(store.repositories(), "");

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ReferencesInvalid(path(store.repositories()), "not JSON: empty", true),
                List.of()));
  }

  @Test
  void aMissingListOfReferencesIsLegal() throws IOException {
    Files.delete(store.repositories());

    assertThat(findings()).isEmpty();
  }

  @Test
  void aMissingSizeIsInvalidMetadata() throws IOException {
    Files.delete(store.layer(APP).resolve("size"));

    assertThat(findings()).containsExactly(invalidMetadata("size", "size: missing"));
    assertThat(consistency().of(TOP)).isEqualTo(Consistency.INCONSISTENT);
  }

  @Test
  void aSizeWithALineBreakIsInvalidMetadataAsForDocker() throws IOException {
    Files.writeString(store.layer(APP).resolve("size"), "12\n");

    assertThat(findings())
        .containsExactly(
            invalidMetadata("size", "size: expected a number of bytes, found \"12\\n\""));
  }

  @Test
  void aSizeInDigitsOfAnotherScriptIsInvalidMetadataAsForDocker() throws IOException {
    Files.writeString(store.layer(APP).resolve("size"), "\u0661\u0662");

    assertThat(findings())
        .containsExactly(
            invalidMetadata("size", "size: expected a number of bytes, found \"\u0661\u0662\""));
  }

  @Test
  void whiteSpaceAroundADiffIdIsLegalAsForDocker() throws IOException {
    Files.writeString(store.layer(APP).resolve("diff"), " " + diffId("app") + "\n");

    assertThat(findings()).isEmpty();
  }

  @Test
  void aCacheIdThatLeadsOutOfTheDriverIsInvalidMetadata() throws IOException {
    Files.writeString(store.layer(APP).resolve("cache-id"), "../../etc");

    assertThat(findings())
        .containsExactly(
            invalidMetadata(
                "cache-id", "cache-id: expected a driver's directory name, found \"../../etc\""));
  }

  @Test
  void anEmptyLayerDirectoryIsItsOwnKind() throws IOException {
    for (Path file : list(store.layer(APP))) {
      Files.delete(file);
    }

    assertThat(findings())
        .containsExactly(
            new Finding(new Problem.LayerEmpty(APP, path(store.layer(APP))), List.of(app)));
  }

  @Test
  void aParentThatIsNotThereIsMissing() throws IOException {
    ChainId unknown = chainId("unknown");
    Files.writeString(store.layer(APP).resolve("parent"), unknown.toString());

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.LayerParentMissing(
                    unknown, List.of(APP), path(store.layer(APP).resolve("parent"))),
                List.of(app)));
  }

  @Test
  void aLostLayerThatNoImageNamesIsTheMissingParentOfThoseAboveIt() throws IOException {
    store.untag("small:1");
    store.remove(small);
    Files.delete(store.config(app));
    Files.writeString(store.repositories(), "{\"Repositories\":{}}");
    delete(store.layer(APP));

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.LayerParentMissing(
                    APP, List.of(TOP), path(store.layer(TOP).resolve("parent"))),
                List.of()));
  }

  @Test
  void aLayerThatIsItsOwnParentIsACycle() throws IOException {
    Files.writeString(store.layer(APP).resolve("parent"), APP.toString());

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.LayerParentCycle(
                    List.of(APP), path(store.layer(APP).resolve("parent"))),
                List.of(app)));
  }

  @Test
  void twoLayersThatAreEachOthersParentsAreOneCycle() throws IOException {
    Files.writeString(store.layer(BASE).resolve("parent"), APP.toString());

    List<ChainId> ring = Stream.of(BASE, APP).sorted().toList();
    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.LayerParentCycle(
                    ring, path(store.layer(ring.getFirst()).resolve("parent"))),
                sorted(small, app)));
    assertThat(consistency().inconsistentLayers()).containsExactlyInAnyOrder(BASE, APP, TOP);
  }

  @Test
  void theLayerAtWhichDockerGivesUpIsTooDeep() {
    String[] words = IntStream.range(0, 127).mapToObj(i -> "w" + i).toArray(String[]::new);
    ImageId deep = store.image("deep:1", words);
    ChainId tooDeep = chainId(Stream.of(words).limit(126).toArray(String[]::new));

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ChainTooDeep(tooDeep, path(store.layer(tooDeep)), 125), List.of(deep)));
  }

  @Test
  void aLostParentFileMakesAnotherChain() throws IOException {
    Files.delete(store.layer(APP).resolve("parent"));

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ChainIdMismatch(APP, path(store.layer(APP)), chainId("app")),
                List.of(app)));
  }

  @Test
  void aChangedDiffIdMakesAnotherChain() throws IOException {
    Files.writeString(store.layer(APP).resolve("diff"), diffId("other").toString());

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ChainIdMismatch(APP, path(store.layer(APP)), chainId("base", "other")),
                List.of(app)));
    assertThat(consistency().of(TOP)).isEqualTo(Consistency.INCONSISTENT);
    assertThat(consistency().of(small)).isEqualTo(Consistency.CONSISTENT);
  }

  @Test
  void contentThatIsGoneIsAMissingDirectory() throws IOException {
    delete(store.content(cacheId("base", "app")));

    assertThat(findings()).containsExactly(missingDirectory(false));
  }

  @Test
  void contentThatIsAFileIsAMissingDirectory() throws IOException {
    Path content = store.content(cacheId("base", "app"));
    delete(content);
    Files.createFile(content);

    assertThat(findings()).containsExactly(missingDirectory(true));
  }

  @Test
  void aDriverWithoutItsHomeIsUnknownNotBroken() throws IOException {
    delete(dataRoot.resolve("overlay2"));

    assertThat(findings()).isEmpty();
    assertThat(read().unreadable().reasons())
        .isEqualTo(java.util.Map.of("overlay2", "does not exist"));
  }

  private Finding invalidMetadata(String file, String reason) {
    return new Finding(
        new Problem.LayerMetadataInvalid(APP, path(store.layer(APP).resolve(file)), reason),
        List.of(app));
  }

  private Finding missingDirectory(boolean foreign) {
    return new Finding(
        new Problem.LayerDirectoryMissing(
            APP, path(store.content(cacheId("base", "app"))), foreign),
        List.of(app));
  }

  private List<Finding> findings() {
    return report().findings();
  }

  private Report report() {
    return observed().report();
  }

  private ChainConsistency consistency() {
    return observed().consistency();
  }

  private ObservedStore observed() {
    return Checking.observe(read(), Instant.MIN);
  }

  private StoreSnapshot read() {
    return new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst();
  }

  private String path(Path file) {
    return dataRoot.relativize(file).toString();
  }

  private static List<ImageId> sorted(ImageId... images) {
    return Stream.of(images).sorted().toList();
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

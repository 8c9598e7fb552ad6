package io.github.dockerimageexporter.check;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// One cause is one problem: a healthy store in which each test breaks one thing that others stand
/// on, and nothing is too young to be waste.
@ParameterizedClass
@ValueSource(strings = {"overlay2", "vfs"})
class ConsequencesTest {
  private static final ChainId BASE = chainId("base");
  private static final ChainId APP = chainId("base", "app");
  private static final ChainId TOP = chainId("base", "app", "top");
  private static final ChainId NOTHINGS = new ChainId(Digest.of("nothing"));

  private final String driver;

  @TempDir private Path dataRoot;
  private SampleStore store;
  private CheckedStore checked;
  private ImageId app;
  private ImageId other;
  private String container;

  ConsequencesTest(String driver) {
    this.driver = driver;
  }

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(dataRoot, driver);
    checked = new CheckedStore(store);
    app = store.image("app:1", "base", "app", "top");
    other = store.image("other:1", "base", "app", "other");
    container = store.container("web", app);
    store.tag("app:latest", app);
  }

  @Test
  void aHealthyStoreHasNone() {
    assertThat(problems()).isEmpty();
  }

  @Test
  void aLostMiddleLayerIsOneProblemOfTheImagesOnIt() throws IOException {
    CheckedStore.delete(store.layer(APP));

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.LayerMissing(APP, path(store.layer(APP))),
                Stream.of(app, other).sorted().toList()));
  }

  @Test
  void aLostTopLayerIsOneProblemThoughNothingNamesItsDirectory() throws IOException {
    CheckedStore.delete(store.layer(TOP));

    assertThat(problems()).containsExactly(new Problem.LayerMissing(TOP, path(store.layer(TOP))));
  }

  @Test
  void aLostParentOfLayersThatOnlyAContainerUsesIsOneProblem() throws IOException {
    store.removeContainer(store.container("gone", other));
    store.remove(other);
    store.untag("app:1");
    store.untag("app:latest");
    CheckedStore.delete(store.metadata(app));
    Files.delete(store.config(app));
    CheckedStore.delete(store.layer(APP));

    assertThat(problems())
        .containsExactly(
            new Problem.LayerParentMissing(
                APP, List.of(TOP), path(store.layer(TOP).resolve("parent"))));
  }

  @Test
  void anEmptyCacheIdIsOneProblem() throws IOException {
    Files.writeString(store.layer(TOP).resolve("cache-id"), "");

    assertThat(kinds()).containsExactly(Kind.LAYER_METADATA_INVALID);
  }

  @Test
  void aCacheIdOfNothingIsOneProblem() throws IOException {
    Files.writeString(store.layer(TOP).resolve("cache-id"), NOTHINGS.digest().hex());

    assertThat(kinds()).containsExactly(Kind.LAYER_DIRECTORY_MISSING);
  }

  @Test
  void theCacheIdOfAnotherLayerIsOneProblem() throws IOException {
    Files.writeString(store.layer(TOP).resolve("cache-id"), cacheId("base").toString());

    assertThat(kinds()).containsExactly(Kind.CACHE_ID_CONFLICT);
  }

  @Test
  void aLostDirectoryIsOneProblemThoughItsShortNameLeadsNowhere() throws IOException {
    String home = driver.equals("vfs") ? "vfs/dir" : driver;
    CheckedStore.delete(dataRoot.resolve(home, cacheId("base", "app", "top").value()));

    assertThat(kinds()).containsExactly(Kind.LAYER_DIRECTORY_MISSING);
  }

  @Test
  void aRenamedLayerIsMissing() throws IOException {
    Files.move(store.layer(TOP), store.layer(NOTHINGS));

    assertThat(problems()).containsExactly(new Problem.LayerMissing(TOP, path(store.layer(TOP))));
  }

  @Test
  void aLayerUnderTwoNamesHasOneTooMany() throws IOException {
    Files.createDirectory(store.layer(NOTHINGS));
    for (String file : List.of("diff", "size", "cache-id", "parent", "tar-split.json.gz")) {
      Files.copy(store.layer(TOP).resolve(file), store.layer(NOTHINGS).resolve(file));
    }

    assertThat(findings())
        .containsExactly(
            new Finding(
                new Problem.ChainIdMismatch(NOTHINGS, path(store.layer(NOTHINGS)), TOP),
                List.of()));
  }

  @Test
  void aRemovalOfALayerThatImagesNameIsTheMissingLayer() throws IOException {
    Files.move(
        store.layer(TOP), store.layer(TOP).resolveSibling(TOP.digest().hex() + "-1-removing"));

    assertThat(problems()).containsExactly(new Problem.LayerMissing(TOP, path(store.layer(TOP))));
  }

  @Test
  void aChangedDiffIdOfALayerThatOnlyAContainerUsesIsOneProblem() throws IOException {
    store.remove(other);
    store.remove(app);
    Files.delete(store.layer(APP).resolve("parent"));

    assertThat(kinds()).containsExactly(Kind.CHAIN_ID_MISMATCH);
  }

  @Test
  void aLostConfigurationIsOneProblemThoughItsMetadataStays() throws IOException {
    Files.delete(store.config(app));

    assertThat(kinds()).containsExactly(Kind.REFERENCE_DANGLING);
  }

  @Test
  void aLostMountIsOneProblemThoughNothingNamesItsDirectories() throws IOException {
    CheckedStore.delete(store.mount(container));

    assertThat(kinds()).containsExactly(Kind.CONTAINER_MOUNT_MISSING);
  }

  @Test
  void aMountIdOfNothingIsOneProblem() throws IOException {
    Files.writeString(store.mount(container).resolve("mount-id"), NOTHINGS.digest().hex());

    assertThat(kinds()).containsExactly(Kind.MOUNT_INVALID);
  }

  @Test
  void anEmptyInitIdIsOneProblem() throws IOException {
    Files.writeString(store.mount(container).resolve("init-id"), "");

    assertThat(kinds()).containsExactly(Kind.MOUNT_INVALID);
  }

  @Test
  void aContainersMountHasAnInitLayer() throws IOException {
    Path file = store.mount(container).resolve("init-id");
    Files.delete(file);

    assertThat(problems())
        .containsExactly(
            new Problem.MountInvalid(List.of(container), path(file), "init-id: missing"));
  }

  @Test
  void aContainersMountStandsOnTheLayersOfItsImage() throws IOException {
    Path file = store.mount(container).resolve("parent");
    Files.delete(file);

    assertThat(problems())
        .containsExactly(
            new Problem.MountInvalid(List.of(container), path(file), "parent: missing"));
  }

  @Test
  void aContainerOfAnImageWithoutLayersStandsOnNothing() {
    store.container("static", store.image("static:1"));

    assertThat(problems()).isEmpty();
  }

  @Test
  void aLostBaseLayerIsOneProblemOfWhateverStandsOnIt() throws IOException {
    CheckedStore.delete(store.layer(BASE));

    assertThat(problems()).containsExactly(new Problem.LayerMissing(BASE, path(store.layer(BASE))));
  }

  @Test
  void aChangedDiffIdIsOneProblem() throws IOException {
    Files.writeString(store.layer(APP).resolve("diff"), diffId("unknown").toString());

    assertThat(kinds()).containsExactly(Kind.CHAIN_ID_MISMATCH);
  }

  private List<Kind> kinds() {
    return problems().stream().map(Problem::kind).toList();
  }

  private List<Problem> problems() {
    return findings().stream().map(Finding::problem).toList();
  }

  private List<Finding> findings() {
    return checked.findingsWithoutGrace();
  }

  private String path(Path file) {
    return checked.path(file);
  }
}

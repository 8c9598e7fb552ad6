package io.github.dockerimageexporter.check.graphdriver;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.CheckedStore;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Quote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A healthy store of overlay2, in which each test breaks one thing and compares the whole report.
class OverlayChecksTest {
  private static final ChainId BASE = chainId("base");
  private static final ChainId APP = chainId("base", "app");
  private static final CacheId BASE_ID = cacheId("base");
  private static final CacheId APP_ID = cacheId("base", "app");
  private static final CacheId TOP_ID = cacheId("base", "app", "top");
  private static final String UNUSED_LINK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  @TempDir private Path dataRoot;
  private SampleStore store;
  private CheckedStore checked;
  private ImageId small;
  private ImageId app;
  private CacheId mountId;
  private String container;

  @BeforeEach
  void healthyStore() throws IOException {
    store = new SampleStore(dataRoot);
    checked = new CheckedStore(store);
    small = store.image("small:1", "base");
    app = store.image("app:1", "base", "app", "top");
    container = store.container("web", app);
    mountId = new CacheId(Files.readString(store.mount(container).resolve("mount-id")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlay2", "fuse-overlayfs", "vfs", "btrfs"})
  void nothingHealthyIsFlagged(String driver, @TempDir Path other) {
    var sample = new SampleStore(other, driver);
    ImageId image = sample.image("app:1", "base", "app", "top");
    sample.image("scratch:1");
    sample.container("web", image);

    assertThat(new CheckedStore(sample).findings()).isEmpty();
  }

  @Test
  void aMissingLinkIsOneProblemOfItsLayerAndNotOfThoseOnIt() throws IOException {
    Files.delete(file(APP_ID, "link"));

    assertThat(checked.findings())
        .containsExactly(
            new Finding(
                new Problem.OverlayLinkInvalid(
                    "layer " + APP, List.of(APP), path(APP_ID, "link"), Optional.empty()),
                List.of(app)));
    assertThat(checked.consistency().inconsistentImages()).containsExactly(app);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ABC", "ABCDEFGHIJKLMNOPQRSTUVWXY1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ\n"})
  void aLinkOfAnotherFormIsInvalid(String text) throws IOException {
    Files.writeString(file(APP_ID, "link"), text);

    assertThat(checked.findings())
        .containsExactly(
            new Finding(
                new Problem.OverlayLinkInvalid(
                    "layer " + APP,
                    List.of(APP),
                    path(APP_ID, "link"),
                    Optional.of(Quote.of(text))),
                List.of(app)));
  }

  @Test
  void aLinkThatLeadsNowhereDangles() throws IOException {
    Files.delete(shortName(APP_ID));

    assertThat(checked.findings())
        .containsExactly(dangling(link(APP_ID), Optional.empty(), List.of(app)));
  }

  @Test
  void aLinkThatWasRewrittenDanglesAndTheLayersOnItAreLeftAlone() throws IOException {
    Files.writeString(file(APP_ID, "link"), UNUSED_LINK);

    assertThat(checked.findings())
        .containsExactly(dangling(UNUSED_LINK, Optional.empty(), List.of(app)));
  }

  @Test
  void aLinkThatLeadsToAnotherDirectoryDangles() throws IOException {
    Path shortName = shortName(APP_ID);
    Files.delete(shortName);
    Files.createSymbolicLink(shortName, Path.of("..", BASE_ID.value(), "diff"));

    assertThat(checked.findings())
        .containsExactly(
            dangling(link(APP_ID), Optional.of("../" + BASE_ID + "/diff"), List.of(app)));
  }

  @Test
  void aFileInPlaceOfTheShortNameDangles() throws IOException {
    Path shortName = shortName(APP_ID);
    Files.delete(shortName);
    Files.createFile(shortName);

    assertThat(checked.findings())
        .containsExactly(dangling(link(APP_ID), Optional.empty(), List.of(app)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "l/", "l/ABC", "l/ABCDEFGHIJKLMNOPQRSTUVWXYZ", "/etc", "l/\u00e9"})
  void aLowerThatNamesAnotherStackIsOneProblemOfItsLayer(String lower) throws IOException {
    Files.writeString(file(APP_ID, "lower"), lower);

    assertThat(checked.findings()).containsExactly(mismatch(APP, APP_ID, BASE_ID));
  }

  @Test
  void aMissingLowerIsAMismatch() throws IOException {
    Files.delete(file(APP_ID, "lower"));

    assertThat(checked.findings()).containsExactly(mismatch(APP, APP_ID, BASE_ID));
  }

  @Test
  void aLowerThatSkipsALayerIsAMismatch() throws IOException {
    Files.writeString(file(TOP_ID, "lower"), "l/" + link(APP_ID));

    assertThat(checked.findings())
        .containsExactly(mismatch(chainId("base", "app", "top"), TOP_ID, APP_ID));
  }

  @Test
  void aBaseLayerThatNamesALowerIsAMismatch() throws IOException {
    Files.writeString(file(BASE_ID, "lower"), "l/" + link(APP_ID));

    assertThat(checked.findings())
        .containsExactly(
            new Finding(
                new Problem.OverlayLowerMismatch(
                    "layer " + BASE, List.of(BASE), path(BASE_ID, "lower"), Optional.empty()),
                List.of(small, app).stream().sorted().toList()));
  }

  @Test
  void aMountsLowerIsAProblemOfNoImage() throws IOException {
    Files.writeString(file(mountId, "lower"), "l/" + link(APP_ID));

    assertThat(checked.findings())
        .containsExactly(
            new Finding(
                new Problem.OverlayLowerMismatch(
                    "mount " + container,
                    List.of(),
                    path(mountId, "lower"),
                    Optional.of(new CacheId(mountId + "-init"))),
                List.of()));
    assertThat(checked.consistency().inconsistentImages()).isEmpty();
  }

  @Test
  void anInitLayersLowerIsOneProblemThoughTheMountStandsOnIt() throws IOException {
    var initId = new CacheId(mountId + "-init");
    Files.writeString(file(initId, "lower"), "l/" + link(APP_ID));

    assertThat(checked.findings())
        .containsExactly(
            new Finding(
                new Problem.OverlayLowerMismatch(
                    "init layer of mount " + container,
                    List.of(),
                    path(initId, "lower"),
                    Optional.of(TOP_ID)),
                List.of()));
  }

  @Test
  void aContainerThatIsBeingRemovedLosesItsShortNameFirst() throws IOException {
    Files.writeString(
        store.container(container).resolve("config.v2.json"),
        "{\"Driver\":\"overlay2\",\"Image\":\"%s\",\"State\":{\"Dead\":true}}".formatted(app));
    Files.delete(shortName(mountId));
    assertThat(checked.findings()).isEmpty();

    Files.delete(file(mountId, "lower"));
    assertThat(checked.findings()).isEmpty();

    Files.delete(file(mountId, "link"));
    assertThat(checked.findings()).isEmpty();
  }

  @Test
  void aMountOfABuilderThatIsBeingRemovedLosesItsShortNameFirst() throws IOException {
    CheckedStore.delete(store.container(container));
    Files.delete(shortName(mountId));
    Files.delete(file(mountId, "lower"));

    assertThat(checked.findings()).isEmpty();
  }

  @Test
  void aMountIsLeftAloneWhileItsContainerCannotBeSeen() throws IOException {
    CheckedStore.delete(dataRoot.resolve("containers"));
    Files.delete(shortName(mountId));
    Files.delete(store.mount(container).resolve("init-id"));

    assertThat(checked.findings()).isEmpty();
  }

  @Test
  void aMountOfABuilderThatNamesAnotherStackIsAMismatch() throws IOException {
    CheckedStore.delete(store.container(container));
    Files.writeString(file(mountId, "lower"), "l/" + link(APP_ID));

    assertThat(checked.findings())
        .extracting(finding -> finding.problem().kind())
        .containsExactly(Kind.OVERLAY_LOWER_MISMATCH);
  }

  @Test
  void aDirectoryOfBuildKitMayStandOnATwinOfTheLayerBelow() throws IOException {
    copy(BASE_ID, "twin0twin0twin0twin0twin0", UNUSED_LINK);
    rename(APP_ID, APP, "build0build0build0build00");
    Path lower = home().resolve("build0build0build0build00/lower");
    Files.writeString(lower, "l/" + UNUSED_LINK);
    String top = "l/" + link(new CacheId("build0build0build0build00")) + ":l/" + UNUSED_LINK;
    Files.writeString(file(TOP_ID, "lower"), top);
    var initId = new CacheId(mountId + "-init");
    Files.writeString(file(initId, "lower"), "l/" + link(TOP_ID) + ":" + top);
    Files.writeString(
        file(mountId, "lower"), "l/" + link(initId) + ":l/" + link(TOP_ID) + ":" + top);

    assertThat(checked.findings()).isEmpty();
  }

  @Test
  void aDirectoryOfBuildKitThatNamesNoDirectoryIsAMismatch() throws IOException {
    var id = new CacheId("build0build0build0build00");
    rename(APP_ID, APP, id.value());
    Files.writeString(file(id, "lower"), "l/" + UNUSED_LINK);

    assertThat(checked.findings()).containsExactly(mismatch(APP, id, BASE_ID));
  }

  @Test
  void aDirectoryThatIsGoneHasNoOtherProblem() throws IOException {
    CheckedStore.delete(home().resolve(APP_ID.value()));

    assertThat(checked.findings())
        .extracting(finding -> finding.problem().kind())
        .containsExactly(Kind.LAYER_DIRECTORY_MISSING);
  }

  @Test
  void aParentThatWasEditedIsAProblemOfTheChainAlone() throws IOException {
    Files.delete(store.layer(APP).resolve("parent"));

    assertThat(checked.findings())
        .extracting(finding -> finding.problem().kind())
        .containsExactly(Kind.CHAIN_ID_MISMATCH);
  }

  @Test
  void twoLayersOfOneDirectoryAreOneProblem() throws IOException {
    Files.writeString(store.layer(APP).resolve("cache-id"), TOP_ID.value());

    List<ChainId> layers = List.of(APP, chainId("base", "app", "top")).stream().sorted().toList();
    assertThat(checked.findings())
        .containsExactly(
            new Finding(
                new Problem.CacheIdConflict(
                    TOP_ID,
                    layers,
                    checked.path(store.layer(layers.getFirst()).resolve("cache-id")),
                    true),
                List.of(app)));
  }

  private Finding dangling(String link, Optional<String> found, List<ImageId> affected) {
    return new Finding(
        new Problem.OverlayLinkDangling(
            "layer " + APP, List.of(APP), "overlay2/l/" + link, found, "../" + APP_ID + "/diff"),
        affected);
  }

  private Finding mismatch(ChainId layer, CacheId id, CacheId below) {
    return new Finding(
        new Problem.OverlayLowerMismatch(
            "layer " + layer, List.of(layer), path(id, "lower"), Optional.of(below)),
        List.of(app));
  }

  /// Copies a directory, with a short name of its own.
  private void copy(CacheId from, String to, String link) throws IOException {
    Files.createDirectories(home().resolve(to, "diff"));
    Files.writeString(home().resolve(to, "link"), link);
    Files.createSymbolicLink(home().resolve("l", link), Path.of("..", to, "diff"));
    Path lower = file(from, "lower");
    if (Files.exists(lower)) {
      Files.copy(lower, home().resolve(to, "lower"));
    }
  }

  private void rename(CacheId from, ChainId layer, String to) throws IOException {
    Path shortName = shortName(from);
    Files.move(home().resolve(from.value()), home().resolve(to));
    Files.delete(shortName);
    Files.createSymbolicLink(shortName, Path.of("..", to, "diff"));
    Files.writeString(store.layer(layer).resolve("cache-id"), to);
  }

  private Path home() {
    return dataRoot.resolve("overlay2");
  }

  private Path file(CacheId id, String name) {
    return home().resolve(id.value(), name);
  }

  private String path(CacheId id, String name) {
    return checked.path(file(id, name));
  }

  private String link(CacheId id) throws IOException {
    return Files.readString(file(id, "link"));
  }

  private Path shortName(CacheId id) throws IOException {
    return home().resolve("l", link(id));
  }
}

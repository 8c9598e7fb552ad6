package io.github.dockerimageexporter.check.graphdriver;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.CheckedStore;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A healthy store with a container, in which each test breaks one thing.
class MountChecksTest {
  @TempDir private Path dataRoot;
  private SampleStore store;
  private CheckedStore checked;
  private ImageId app;
  private String container;

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(dataRoot);
    checked = new CheckedStore(store);
    app = store.image("app:1", "base", "app");
    container = store.container("web", app);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mount-id", "init-id"})
  void anIdOfAnotherFormMakesTheMountInvalid(String file) throws IOException {
    Files.writeString(mount().resolve(file), "web");

    assertThat(checked.findings())
        .containsExactly(
            invalid(
                file,
                file + ": expected 64 hexadecimal digits, or those and -init, found \"web\""));
    assertThat(checked.consistency().inconsistentImages()).isEmpty();
  }

  @Test
  void aMissingMountIdMakesTheMountInvalid() throws IOException {
    Files.delete(mount().resolve("mount-id"));

    assertThat(checked.findings()).containsExactly(invalid("mount-id", "mount-id: missing"));
  }

  @Test
  void anEmptyParentMakesTheMountInvalid() throws IOException {
    Files.writeString(mount().resolve("parent"), "");

    assertThat(checked.findings())
        .containsExactly(
            invalid("parent", "parent: expected sha256: and 64 lower-case hex digits, found \"\""));
  }

  @Test
  void aParentThatIsNotThereMakesTheMountInvalid() throws IOException {
    ChainId unknown = chainId("unknown");
    Files.writeString(mount().resolve("parent"), unknown.toString());

    assertThat(checked.findings())
        .containsExactly(
            invalid("parent", "its parent " + unknown + " is missing from the layer store"));
  }

  @Test
  void aLayerThatImagesMissTooIsNotTheMountsProblem() throws IOException {
    CheckedStore.delete(store.layer(chainId("base", "app")));

    assertThat(checked.findings())
        .extracting(finding -> finding.problem().kind())
        .containsExactly(Kind.LAYER_MISSING);
  }

  @Test
  void aDirectoryThatIsNotThereMakesTheMountInvalid() throws IOException {
    String mountId = Files.readString(mount().resolve("mount-id"));
    CheckedStore.delete(dataRoot.resolve("overlay2", mountId));

    assertThat(checked.findings())
        .containsExactly(invalid("mount-id", "mount-id: overlay2 has no directory " + mountId));
  }

  @Test
  void twoDirectoriesThatAreNotThereAreOneProblem() throws IOException {
    String mountId = Files.readString(mount().resolve("mount-id"));
    CheckedStore.delete(dataRoot.resolve("overlay2", mountId));
    CheckedStore.delete(dataRoot.resolve("overlay2", mountId + "-init"));

    assertThat(checked.findings())
        .containsExactly(
            invalid("init-id", "init-id: overlay2 has no directory " + mountId + "-init"));
  }

  @Test
  void aContainerWithoutAMountMissesIt() throws IOException {
    CheckedStore.delete(mount());

    assertThat(checked.findings())
        .containsExactly(
            new Finding(
                new Problem.ContainerMountMissing(container, checked.path(mount()), false),
                List.of()));
    assertThat(checked.consistency().inconsistentImages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dead", "RemovalInProgress"})
  void aContainerThatIsBeingRemovedMissesNothing(String state) throws IOException {
    CheckedStore.delete(mount());
    Files.writeString(
        config(),
        "{\"Driver\":\"overlay2\",\"Image\":\"%s\",\"State\":{\"%s\":true}}".formatted(app, state));

    assertThat(checked.findings()).isEmpty();
  }

  @Test
  void aContainerOfAnotherDriverMissesNothing() throws IOException {
    CheckedStore.delete(mount());
    Files.writeString(config(), "{\"Driver\":\"vfs\",\"Image\":\"%s\"}".formatted(app));

    assertThat(checked.findings()).isEmpty();
  }

  @Test
  void aBrokenMountThatNoContainerNeedsHarmsNobody() throws IOException {
    Files.createDirectory(mount().resolveSibling("build0build0build0build00"));

    assertThat(checked.findings()).isEmpty();
  }

  @Test
  void imagesBuiltOnOneThatIsNotThereAreOneProblem() {
    ImageId other = store.image("other:1", "base", "other");
    var lost = new ImageId(Digest.of("lost"));
    store.parent(app, lost);
    store.parent(other, lost);

    List<ImageId> images = List.of(app, other).stream().sorted().toList();
    assertThat(checked.findings())
        .containsExactly(
            new Finding(
                new Problem.ImageParentDangling(
                    lost,
                    images,
                    checked.path(store.metadata(images.getFirst()).resolve("parent"))),
                images));
  }

  @Test
  void aLostImageThatStillHasANameIsOneProblem() throws IOException {
    ImageId base = store.image("base:1", "base");
    store.parent(app, base);
    Files.delete(store.config(base));

    assertThat(checked.findings())
        .extracting(finding -> finding.problem().kind())
        .containsExactly(Kind.REFERENCE_DANGLING);
  }

  private Finding invalid(String file, String reason) {
    return new Finding(
        new Problem.MountInvalid(List.of(container), checked.path(mount().resolve(file)), reason),
        List.of());
  }

  private Path mount() {
    return store.mount(container);
  }

  private Path config() {
    return store.container(container).resolve("config.v2.json");
  }
}

package io.github.dockerimageexporter.store.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.snapshot.DataRootSnapshot;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.DataRootProbe;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of a host whose containerd root is given, with and without a data root.
class GivenContainerdRootTest {
  private Path dataRoot;
  private Path home;

  @BeforeEach
  void makeANode(@TempDir Path directory) throws IOException {
    Path sample = directory.resolve("sample");
    dataRoot = directory.resolve("docker");
    home = directory.resolve("containerd");
    ContainerdSample.in(sample, home);
  }

  @Test
  void aNodeOfKubernetesNeedsNoDataRoot() {
    DataRootSnapshot root = read("k8s.io");

    assertThat(root.state()).isEqualTo(DataRootState.CONTAINERD);
    assertThat(root.detail())
        .isEqualTo("no such directory; images are read from containerd's root " + home);
    assertThat(root.stores().stream().map(StoreSnapshot::name))
        .containsExactly("overlayfs in k8s.io");
    assertThat(root.stores().getFirst().unreadable().reasons()).isEmpty();
    assertThat(root.stores().getFirst().images()).isNotEmpty();
  }

  @Test
  void aDataRootWithoutAStoreIsOfContainerd() throws IOException {
    Files.createDirectory(dataRoot);

    assertThat(read("k8s.io").state()).isEqualTo(DataRootState.CONTAINERD);
    assertThat(read("k8s.io").detail()).isEmpty();
  }

  @Test
  void whereNeitherIsThereIsMissing() throws IOException {
    move();

    assertSays(DataRootState.MISSING, "--containerd.root=" + home + ": no such directory");
  }

  @Test
  void containerdsAbsentRootIsNamed() throws IOException {
    Files.createDirectory(dataRoot);
    move();

    assertSays(DataRootState.CONTAINERD, "--containerd.root=" + home + ": no such directory");
  }

  @Test
  void containerdsAbsentRootInTheDataRootIsNamed() throws IOException {
    home = Files.createDirectory(dataRoot).resolve("ctrd");

    assertSays(DataRootState.CONTAINERD, "--containerd.root=" + home + ": no such directory");
  }

  @Test
  void containerdsAbsentRootDoesNotHideAGraphDriversStore() throws IOException {
    new SampleStore(Files.createDirectory(dataRoot), new GraphDriverLayout("", "overlay2"));
    move();

    DataRootSnapshot root = read("moby");

    assertThat(root.state()).isEqualTo(DataRootState.GRAPHDRIVER);
    assertThat(root.stores().stream().map(StoreSnapshot::name)).containsExactly("overlay2");
    assertThat(root.notRead()).isEqualTo(Map.of(home.toString(), "no such directory"));
  }

  @Test
  void aDirectoryOfSomethingElseIsNamed() throws IOException {
    move();
    Files.createDirectories(home.resolve("image"));

    assertThat(read("moby").detail())
        .isEqualTo(
            "--containerd.root=%s: not containerd's root directory, which has io.containerd.*"
                .formatted(home));
  }

  @Test
  void aNamespaceThatIsNotThereIsNamedWithThoseThatAre() {
    DataRootSnapshot root = read("default", "none");

    assertThat(root.state()).isEqualTo(DataRootState.CONTAINERD);
    assertThat(root.stores()).isEmpty();
    assertThat(root.detail())
        .isEqualTo(
            "--containerd.root=%s: found namespaces k8s.io, moby, moby_history, expected default"
                    .formatted(home)
                + " or none; --containerd.namespaces says which to read");
  }

  @Test
  void aLostDatabaseOfANodeIsAProblemAndNoAbsence() throws IOException {
    Files.delete(home.resolve(ContainerdLayout.META));

    List<StoreSnapshot> stores = read("k8s.io").stores();

    assertThat(stores.stream().map(StoreSnapshot::name)).containsExactly("overlayfs in k8s.io");
    assertThat(((ContainerdSnapshot) stores.getFirst()).databaseFaults()).hasSize(1);
  }

  @Test
  void theStateAtTheStartIsThatOfTheFirstScan() throws IOException {
    assertThat(probe().state()).isEqualTo(DataRootState.CONTAINERD);
    move();
    assertThat(probe().state()).isEqualTo(DataRootState.MISSING);
    assertThat(probe().detail()).isEqualTo(read("moby").detail());
  }

  private void assertSays(DataRootState state, String detail) {
    DataRootSnapshot root = read("moby");
    assertThat(root.state()).isEqualTo(state);
    assertThat(root.detail()).isEqualTo(detail);
    assertThat(root.stores()).isEmpty();
  }

  private void move() throws IOException {
    Files.move(home, home.resolveSibling("aside"));
  }

  private DataRootProbe probe() {
    return DataRootProbe.at(dataRoot, new ContainerdSettings(Optional.of(home), List.of("moby")));
  }

  private DataRootSnapshot read(String... namespaces) {
    var settings = new ContainerdSettings(Optional.of(home), List.of(namespaces));
    return new StoreReader(dataRoot, settings).read(Freshness.EVERY_FILE);
  }
}

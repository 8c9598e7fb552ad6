package io.github.dockerimageexporter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.snapshot.DataRootState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A wrong data root says in one line what it is, and which one is meant.
class RootDiagnosisTest {
  private static final UnitSandbox NOTHING_HIDDEN = new UnitSandbox(List.of(), false);
  private static final String ASK_DOCKER =
      "`docker info --format '{{.DockerRootDir}}'` prints Docker's data root";

  /// Stands for `/`.
  @TempDir private Path top;

  @Test
  void storeNeedsNoWord() {
    assertThat(diagnosis().of(dataRoot("var/lib/docker"), DataRootState.GRAPHDRIVER)).isEmpty();
  }

  @Test
  void containerdsStoreThatIsNotFoundSaysWhatToDo() {
    assertThat(diagnosis().of(top, DataRootState.CONTAINERD))
        .isEqualTo(
            "Docker stores its images in containerd's image store, whose directory was not found;"
                + " --containerd.root says where it is");
  }

  @Test
  void missingDirectorySaysWhomToAsk() {
    assertThat(missing("none")).isEqualTo("no such directory; " + ASK_DOCKER);
  }

  @Test
  void fileIsNotADirectory() throws IOException {
    Files.createFile(top.resolve("docker"));

    assertThat(missing("docker")).isEqualTo("not a directory; " + ASK_DOCKER);
  }

  @Test
  void linkToNothingSaysWhereItLeads() throws IOException {
    Files.createSymbolicLink(top.resolve("docker"), Path.of("disk/docker"));

    assertThat(missing("docker"))
        .isEqualTo(
            "a symbolic link to %s, which does not exist; %s"
                .formatted(top.resolve("disk/docker"), ASK_DOCKER));
  }

  @ParameterizedTest
  @CsvSource({
    "var/lib/docker, Docker's default data root exists",
    "var/snap/docker/common/var-lib-docker, Docker is installed as a snap",
    "home/alice/.local/share/docker, rootless Docker was found"
  })
  void missingDirectoryNamesADataRootElsewhere(String place, String words) {
    Path right = dataRoot(place);

    assertThat(missing("none"))
        .isEqualTo("no such directory; %s: use --docker.root=%s".formatted(words, right));
  }

  @Test
  void snapIsNamedWhereTheDefaultIsEmpty() throws IOException {
    Path right = dataRoot("var/snap/docker/common/var-lib-docker");
    Files.createDirectories(top.resolve("var/lib/docker"));

    assertThat(empty("var/lib/docker"))
        .isEqualTo(
            "it is empty: a disk is not mounted, or Docker was never started;"
                + " Docker is installed as a snap: use --docker.root="
                + right);
  }

  @Test
  void directoryWithoutStoreSaysSo() throws IOException {
    Files.createDirectories(top.resolve("docker/containers"));

    assertThat(empty("docker")).isEqualTo("it contains no image store; " + ASK_DOCKER);
  }

  @Test
  void deniedDirectorySaysWhatIsNeeded() {
    assertThat(diagnosis().ofDenied(top, top + "/image"))
        .isEqualTo(
            "permission denied: %s/image: run as root or give CAP_DAC_READ_SEARCH".formatted(top));
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "image/overlay2", "image/overlay2/layerdb", "overlay2", "none"})
  void partOfADataRootNamesIt(String part) throws IOException {
    Path right = dataRoot("var/lib/docker");
    Files.createDirectories(right.resolve(part));

    assertThat(empty("var/lib/docker/" + part))
        .isEqualTo("part of the data root %1$s: use --docker.root=%1$s".formatted(right));
  }

  @Test
  void dataRootInAVolumeIsOneOfItsOwn() throws IOException {
    Path inner = dataRoot("var/lib/docker").resolve("volumes/ci/_data");
    Files.createDirectories(inner);

    assertThat(empty("var/lib/docker/volumes/ci/_data")).startsWith("it is empty: ");
  }

  @ParameterizedTest
  @CsvSource({
    "var/lib, var/lib/docker",
    "'', var/lib/docker",
    "var, var/lib/docker",
    "var/snap/docker, var/snap/docker/common/var-lib-docker",
    "home/alice, home/alice/.local/share/docker",
    "mnt, mnt/images"
  })
  void directoryAboveADataRootNamesIt(String given, String right) {
    Path root = dataRoot(right);

    assertThat(empty(given))
        .isEqualTo("not a data root, but it contains one: use --docker.root=" + root);
  }

  @ParameterizedTest
  @CsvSource({
    "overlay-images, 'storage of Podman, Buildah or CRI-O; only Docker''s image store is read'",
    "libpod, 'storage of Podman, Buildah or CRI-O; only Docker''s image store is read'",
    "storage/overlay-images,"
        + " 'storage of Podman, Buildah or CRI-O; only Docker''s image store is read'",
    "io.containerd.metadata.v1.bolt, 'containerd''s root directory, not Docker''s data root'",
    "agent/containerd, 'a directory of k3s or RKE2, which keep their images in containerd'",
    "rke2/agent, 'a directory of k3s or RKE2, which keep their images in containerd'",
    "plugins_registry, 'the kubelet''s directory, which has no images'"
  })
  void otherProgramsDirectoryIsRecognised(String name, String words) throws IOException {
    Files.createDirectories(top.resolve("root").resolve(name));

    assertThat(empty("root")).isEqualTo(words);
  }

  @Test
  void whatAUnitHidesIsNotCalledMissing() throws IOException {
    Path hidden = Files.createDirectories(top.resolve("home/docker"));
    var sandbox =
        new UnitSandbox(
            List.of(
                new UnitSandbox.Mount(
                    "/systemd/inaccessible/dir", top.resolve("home").toString(), true, "tmpfs")),
            true);
    var diagnosis = new RootDiagnosis(top, sandbox);
    String words =
        "hidden by InaccessiblePaths= in the systemd unit; the drop-in"
            + " deploy/systemd/data-root.conf makes it visible";

    assertThat(
            List.of(
                diagnosis.of(hidden, DataRootState.EMPTY),
                diagnosis.ofMissing(hidden),
                diagnosis.ofDenied(hidden, hidden.toString())))
        .containsOnly(words);
  }

  private RootDiagnosis diagnosis() {
    return new RootDiagnosis(top, NOTHING_HIDDEN);
  }

  private String missing(String path) {
    return diagnosis().ofMissing(top.resolve(path));
  }

  private String empty(String path) {
    return diagnosis().of(top.resolve(path), DataRootState.EMPTY);
  }

  private Path dataRoot(String path) {
    return new SampleStore(top.resolve(path)).dataRoot();
  }
}

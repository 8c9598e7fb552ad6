package io.github.dockerimageexporter.cli.command;

import static io.github.dockerimageexporter.cli.command.Outcome.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands on a host that has containerd and no Docker.
class ContainerdCommandTest {
  @TempDir private Path directory;
  private ContainerdSample sample;
  private String dataRoot;
  private String home;

  @BeforeEach
  void makeANode() throws IOException {
    Path containerd = directory.resolve("containerd");
    sample = ContainerdSample.in(directory.resolve("sample"), containerd);
    dataRoot = "--docker.root=" + directory.resolve("docker");
    home = "--containerd.root=" + containerd;
  }

  @Test
  void aNodeOfKubernetesIsChecked() {
    Outcome outcome = run("check", dataRoot, home, "--containerd.namespaces=k8s.io", "--no-usage");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .startsWith(
            "%s: containerd (no such directory; images are read from containerd's root %s)%n"
                .formatted(directory.resolve("docker"), directory.resolve("containerd")))
        .contains("overlayfs in k8s.io: 1 image");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void sizesOfAStoreThatWasCopiedAreSaidToBeUnknownOnce() throws IOException {
    sample.grow();

    Outcome outcome = run("check", dataRoot, home);

    assertThat(outcome.out())
        .containsOnlyOnce("\n\n  sizes unknown: most layers do not take the space that is recorded")
        .contains(", no problems in what could be read\n");
    assertThat(run("check", dataRoot, home, "--format=json").out())
        .contains("\"sizesUnknown\":\"" + Explanation.UNKNOWN_SIZES + "\"");
    assertThat(run("check", dataRoot, home, "--no-usage").out()).doesNotContain("sizes unknown");
    assertThat(run("check", dataRoot, home, "--no-usage", "--format=json").out())
        .contains("\"sizesUnknown\":null");
  }

  @Test
  void anImageOfANodeIsInspected() {
    Outcome outcome =
        run("inspect", "base:1", dataRoot, home, "--containerd.namespaces=k8s.io,moby");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
  }

  @Test
  void aNodeWithoutTheNamespaceCannotBeChecked() {
    Outcome outcome = run("check", dataRoot, home, "--containerd.namespaces=none");

    assertThat(outcome.out()).contains("--containerd.namespaces says which to read");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(run("inspect", "app", dataRoot, home, "--containerd.namespaces=none").status())
        .isEqualTo(2);
  }

  @Test
  void aHostWithNeitherCannotBeChecked() throws IOException {
    Files.move(directory.resolve("containerd"), directory.resolve("aside"));

    assertThat(run("check", dataRoot, home))
        .isEqualTo(
            new Outcome(
                2,
                "%s: missing (%s: no such directory)%n"
                    .formatted(directory.resolve("docker"), home),
                ""));
  }
}

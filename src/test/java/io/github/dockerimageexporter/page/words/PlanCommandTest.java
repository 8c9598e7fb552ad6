package io.github.dockerimageexporter.page.words;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.ContentProblem;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {
  private static final Problem OF_EVERY_SCAN = new Problem.StrayEntry("image/notes");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/var/lib/docker, docker-image-exporter check --plan",
        "/srv/docker, docker-image-exporter check --plan --docker.root=/srv/docker",
        "/srv/a b, docker-image-exporter check --plan --docker.root='/srv/a b'",
        "/srv/$(x), docker-image-exporter check --plan --docker.root='/srv/$(x)'",
        "/srv/it's, docker-image-exporter check --plan --docker.root='/srv/it'\\''s'"
      })
  void namesTheDataRootUnlessTheCommandTakesItByItself(Path dataRoot, String command) {
    var plan = PlanCommand.of(dataRoot, Optional.empty(), List.of("moby"));

    assertThat(plan.text(List.of(OF_EVERY_SCAN))).isEqualTo(command);
  }

  @Test
  void readsOfContainerdWhatWasRead() {
    var plan =
        PlanCommand.of(
            Path.of("/var/lib/docker"),
            Optional.of(Path.of("/srv/containerd")),
            List.of("k8s.io", "default"));

    assertThat(plan.text(List.of()))
        .isEqualTo(
            "docker-image-exporter check --plan --containerd.root=/srv/containerd"
                + " --containerd.namespaces=k8s.io,default");
  }

  @ParameterizedTest
  @CsvSource({"FILE_SIZE, shape", "FILE_CHECKSUM, content", "DIFF_ID, content"})
  void scrubsAsCloselyAsTheProblemNeeds(Fault fault, String depth) {
    assertThat(new PlanCommand(List.of("--flag")).text(List.of(OF_EVERY_SCAN, problem(fault))))
        .isEqualTo("docker-image-exporter check --plan --scrub=" + depth + " --flag");
  }

  @Test
  void scrubsAsCloselyAsTheWorstNeeds() {
    List<Problem> both = List.of(problem(Fault.FILE_CHECKSUM), problem(Fault.FILE_MISSING));

    assertThat(new PlanCommand(List.of()).text(both))
        .isEqualTo("docker-image-exporter check --plan --scrub=content");
  }

  private static Problem problem(Fault fault) {
    var layer = new ChainId(Digest.of("layer"));
    return new ContentProblem(layer, "overlay2", fault, new AffectedFiles(1, List.of("file")));
  }
}

package io.github.dockerimageexporter.cli.command;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.golden.SampleRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How wide the chain of `inspect` is, and what it says where there is none.
class InspectTableTest {
  private static final int MAX_WIDTH = 160;

  @TempDir private Path dataRoot;

  @Test
  void manyProblemsOfOneLayerKeepTheTableInItsWidth() throws IOException {
    SampleStore store = SampleRoot.healthy(dataRoot);
    Path content = requireNonNull(store.content(SampleStore.cacheId("base", "app")).getParent());
    Files.writeString(content.resolve("lower"), "l/NOTHING");
    Files.delete(content.resolve("link"));
    Files.writeString(
        store.layer(SampleStore.chainId("base", "app")).resolve("size"), "999999999999999999");

    String out = inspect().out();

    assertThat(out)
        .containsPattern("  overlay_link_invalid, +999999999999999999  ")
        .contains("\n        overlay_lower_mismatch\n")
        .contains("\nsee: docker-image-exporter explain overlay_link_invalid\n");
    assertThat(out.lines()).allMatch(line -> line.length() <= MAX_WIDTH);
  }

  @Test
  void digestsAreShortUnlessTheyAreNotToBe() {
    SampleRoot.healthy(dataRoot);
    String diffId = SampleStore.diffId("app").toString();
    String cacheId = SampleStore.cacheId("base", "app").value();

    assertThat(inspect().out())
        .contains(diffId.substring("sha256:".length()).substring(0, 12) + "  ")
        .contains("  " + cacheId.substring(0, 12) + "  ")
        .contains("  overlay2/" + cacheId.substring(0, 12) + "…/diff\n")
        .doesNotContain(diffId);
    assertThat(inspect("--no-trunc").out())
        .contains("  " + diffId + "  ")
        .contains("  " + cacheId + "  ")
        .contains("  overlay2/" + cacheId + "/diff\n");
  }

  @Test
  void withoutAStoreThereIsNoAnswer() {
    SampleRoot.healthy(dataRoot.resolve("docker"));

    assertThat(inspect())
        .isEqualTo(
            new Outcome(
                2,
                "",
                ("docker-image-exporter: %1$s: empty (not a data root, but"
                        + " it contains one: use --docker.root=%1$s/docker)%n")
                    .formatted(dataRoot)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"app | app:1, app:2", "app:3 | app:1, app:2", "tol:1 | tool:1"})
  void aNameThatIsNotThereNamesThoseThatMayBeMeant(String name, String meant) {
    SampleStore store = SampleRoot.healthy(dataRoot);
    store.untag("app:latest");
    store.image("app:2", "base", "more");

    Outcome outcome = Outcome.run("inspect", name, "--docker.root=" + dataRoot);

    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                1,
                "",
                "docker-image-exporter: %s: no such image in %s; did you mean %s?%n"
                    .formatted(name, dataRoot, meant)));
  }

  private Outcome inspect(String... flags) {
    String[] arguments = new String[flags.length + 4];
    arguments[0] = "inspect";
    arguments[1] = "app:1";
    arguments[2] = "--docker.root=" + dataRoot;
    arguments[3] = "--check.settle=50ms";
    System.arraycopy(flags, 0, arguments, 4, flags.length);
    return Outcome.run(arguments);
  }
}

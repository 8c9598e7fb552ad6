package io.github.dockerimageexporter.cli.command;

import static io.github.dockerimageexporter.cli.command.Outcome.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.golden.SampleRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What check prints of a store, and its status.
class CheckCommandTest {
  @TempDir private Path dataRoot;

  @Test
  void checkOfAHealthyStore() throws IOException {
    SampleRoot.healthy(dataRoot);

    check("--no-usage").assertGolden(dataRoot, 0, "check-healthy.txt");
  }

  @Test
  void checkOfABrokenStore() throws IOException {
    SampleRoot.broken(dataRoot);

    check("--no-usage").assertGolden(dataRoot, 1, "check-broken.txt");
  }

  @Test
  void checkAsJson() throws IOException {
    SampleRoot.broken(dataRoot);

    check("--no-usage", "--format=json").assertGolden(dataRoot, 1, "check-broken.json");
  }

  @Test
  void planOfABrokenStore() throws IOException {
    SampleRoot.broken(dataRoot);

    check("--no-usage", "--plan").assertGolden(dataRoot, 1, "check-plan.txt");
  }

  /// What only a scrub finds, only a scrub finds to be repaired.
  @Test
  void planIsFollowedByACheckAsCloseAsTheOneThatMadeIt() throws IOException {
    SampleRoot.broken(dataRoot);

    assertThat(check("--plan", "--scrub=shape").out())
        .endsWith("\ndocker-image-exporter check --docker.root=\"$root\" '--scrub=shape'\n");
  }

  @Test
  void aPlanIsNoJson() {
    Outcome outcome = check("--plan", "--format=json");

    assertThat(outcome.status()).isEqualTo(ExporterCommand.NOT_READ);
    assertThat(outcome.err())
        .contains("--plan prints a shell script and cannot be combined with --format=json");
  }

  @Test
  void scrubVerifiesEveryLayer() {
    SampleRoot.healthy(dataRoot);

    Outcome outcome = check("--scrub");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .containsPattern("\n  3 layers verified: [0-9]+ files, [0-9.]+[kM]?B read");
  }

  @Test
  void scrubOfOneImageLeavesTheRest() {
    SampleRoot.healthy(dataRoot);

    assertThat(check("--scrub=shape", "--image=base:1").out())
        .containsPattern("\n  1 layer verified: [0-9]+ files\n  2 layers not verified\n");
  }

  @Test
  void theImageToScrubMustBeThere() {
    SampleRoot.healthy(dataRoot);

    Outcome outcome = check("--scrub", "--image=nothing:1");

    assertThat(outcome.status()).isEqualTo(ExporterCommand.NOT_READ);
    assertThat(outcome.err()).contains("nothing:1: no such image in");
  }

  @Test
  void onlyAScrubIsLimitedToAnImage() {
    Outcome outcome = check("--image=app:1");

    assertThat(outcome.status()).isEqualTo(ExporterCommand.NOT_READ);
    assertThat(outcome.err()).contains("--image says whose layers to scrub and needs --scrub");
  }

  @Test
  void scrubNeedsWhatNoUsageLeavesOut() {
    Outcome outcome = check("--scrub", "--no-usage");

    assertThat(outcome.status()).isEqualTo(ExporterCommand.NOT_READ);
    assertThat(outcome.err()).contains("--scrub needs what --no-usage leaves out");
  }

  @Test
  void checkMeasuresTheDirectories() {
    SampleRoot.healthy(dataRoot);

    assertThat(check().out()).containsPattern("6 directories, [0-9.]+[kM]?B on disk");
  }

  @Test
  void checkSaysWhatIsLeftBehindAndWhatIsNotRead() throws IOException {
    SampleRoot.healthy(dataRoot);
    Files.createDirectories(dataRoot.resolve("buildkit/containerd-overlayfs"));
    Files.createFile(dataRoot.resolve("image/identity-cache.db"));
    Files.createFile(dataRoot.resolve("image/notes"));

    assertThat(check().out())
        .contains(
            "\n  not in use: dockerd no longer uses this store\n\n  it still contains ",
            "\nnot read: image/notes (not a directory)\n");
  }

  @Test
  void oneOfAKindIsSingular() {
    new SampleStore(dataRoot).image("app:1", "base");

    assertThat(check("--no-usage").out()).contains("overlay2: 1 image, 1 layer, no problems");
  }

  @Test
  void checkFailsOnWhatItIsToldTo() throws IOException {
    SampleRoot.broken(dataRoot);

    assertThat(check("--no-usage", "--fail-on=unusable").status()).isZero();
    assertThat(check("--no-usage", "--fail-on=wrong_data").status()).isOne();
    assertThat(check("--no-usage", "--fail-on=waste").status()).isOne();
  }

  @Test
  void aNameWithControlCharactersIsPrintedOnOneLineWithTheirEscapes() throws IOException {
    SampleStore store = SampleRoot.healthy(dataRoot);
    Path images = dataRoot.resolve(store.layout().imageConfigs());
    Files.createFile(images.resolve("two\nlines\u001b[31m"));

    assertThat(check("--no-usage", "--check.grace=0s").out().lines())
        .contains("    where:    image/overlay2/imagedb/content/sha256/two\\nlines\\u001b[31m");
  }

  @Test
  void checkOfNothingCouldNotCheck() {
    SampleRoot.healthy(dataRoot);
    Path layers = dataRoot.resolve("image/overlay2/layerdb");

    assertThat(run("check", "--docker.root=" + layers))
        .isEqualTo(
            new Outcome(
                2,
                "%1$s: empty (part of the data root %2$s: use --docker.root=%2$s)\n"
                    .formatted(layers, dataRoot),
                ""));
  }

  private Outcome check(String... flags) {
    return Outcome.onRoot(dataRoot, List.of("check"), flags);
  }
}

package io.github.dockerimageexporter.cli.command;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.golden.SampleRoot;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What inspect prints of one image.
class InspectCommandTest {
  @TempDir private Path dataRoot;

  @Test
  void inspectOfABrokenChain() throws IOException {
    SampleRoot.broken(dataRoot);

    withoutDiskBytes(inspect("tool:1")).assertGolden(dataRoot, 0, "inspect-broken.txt");
  }

  @Test
  void inspectAsJson() throws IOException {
    SampleRoot.broken(dataRoot);

    withoutDiskBytes(inspect("tool:1", "--format=json"))
        .assertGolden(dataRoot, 0, "inspect-broken.json");
  }

  @Test
  void inspectFindsAnImageByEveryNameItHas() {
    SampleStore store = SampleRoot.healthy(dataRoot);
    ImageId app = store.image("other@" + diffId("x"), "base", "app");
    String hex = app.digest().hex();

    for (String name :
        List.of(
            "app:1",
            "app",
            "other@" + diffId("x"),
            app.toString(),
            hex,
            hex.substring(0, 12),
            "sha256:" + hex.substring(0, 12))) {
      assertThat(inspect(name).out()).as(name).startsWith("image:      " + app + "\n");
    }
  }

  @Test
  void inspectOfAnUnknownImageIsOneLine() {
    SampleRoot.healthy(dataRoot);

    assertThat(inspect("nothing:1"))
        .isEqualTo(
            new Outcome(
                1, "", "docker-image-exporter: nothing:1: no such image in " + dataRoot + "\n"));
  }

  @Test
  void inspectOfAnAmbiguousIdIsOneLine() {
    SampleStore store = SampleRoot.healthy(dataRoot);
    Map<String, Integer> firstDigits = new TreeMap<>();
    for (int i = 0; i < 17; i++) {
      ImageId id = store.image("more:" + i, "base", "more" + i);
      firstDigits.merge(id.digest().hex().substring(0, 1), 1, Integer::sum);
    }
    String shared =
        firstDigits.entrySet().stream()
            .filter(digit -> digit.getValue() > 1)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();

    Outcome outcome = inspect(shared);

    assertThat(outcome.status()).isOne();
    assertThat(outcome.err()).contains(": ambiguous: ").hasLineCount(1);
  }

  @Test
  void inspectShowsAMissingDirectory() throws IOException {
    SampleStore store = SampleRoot.healthy(dataRoot);
    Files.move(store.content(cacheId("base", "app")), dataRoot.resolve("gone"));

    assertThat(inspect("app:1").out()).contains("layer_directory_missing");
  }

  /// What a directory takes on disk is another figure on every kind of file system.
  private static Outcome withoutDiskBytes(Outcome outcome) {
    String out =
        outcome
            .out()
            .replaceAll("(freeable: +|\"(?:freeable|directoryDisk)Bytes\":)[1-9][0-9]*", "$1BYTES");
    return new Outcome(outcome.status(), out, outcome.err());
  }

  private Outcome inspect(String image, String... flags) {
    return Outcome.onRoot(dataRoot, List.of("inspect", image), flags);
  }
}

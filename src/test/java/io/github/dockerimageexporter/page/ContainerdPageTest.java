package io.github.dockerimageexporter.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.exporter.http.Statuses;
import io.github.dockerimageexporter.page.StatusPage.About;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page of Docker's store in containerd.
class ContainerdPageTest {
  private static final String NAME = "127.0.0.1:5055/zstd:1";

  @TempDir private Path dataRoot;

  private ContainerdSample sample;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
  }

  @Test
  void bothCopiesOfAnImageStandBelowItsSize() throws InterruptedException {
    assertThat(page())
        .contains(
            ">3.113MB<span class=\"more\">1.094MB compressed</span>"
                + "<span class=\"more\">2.019MB unpacked</span></td>");
  }

  @Test
  void rowsThatTheVerdictDoesNotCountAreCountedAboveThem() throws InterruptedException {
    assertThat(page())
        .contains("<p class=\"title\">Images</p><p class=\"figure\">15</p>", "<output>22</output>")
        .contains("<caption>7 rows are intermediates of builds, not counted as images at the top.");
  }

  @Test
  void blobsAreShownByOwner() throws InterruptedException {
    assertThat(page())
        .contains("<caption>Disk space of blobs: the compressed copies of layers")
        .contains("<th scope=\"row\">Other containerd namespaces</th>")
        .contains("Docker stores images twice here: compressed, to push and save them (");
  }

  @Test
  void directoriesOfOtherSizesThanRecordedAreNoticedOnce()
      throws IOException, InterruptedException {
    sample.grow();

    assertThat(page())
        .containsOnlyOnce(
            "<p class=\"note\">The sizes of the layers of the overlayfs in moby store are unknown:"
                + " most");
  }

  @Test
  void platformsAreOnlyListedIfThereIsSomethingToSay() throws InterruptedException {
    assertThat(page()).doesNotContain("id=\"platforms\"").doesNotContain("href=\"#platforms\"");
  }

  @Test
  void partialPlatformSaysWhatItBreaksAndHowToCompleteIt()
      throws IOException, InterruptedException {
    sample.unfetch(NAME);

    assertThat(page())
        .contains("<a href=\"#platforms\">Platforms</a>")
        .contains(
            "<td>partial: 1 of 3 layer blobs (1.089MB) not fetched<span class=\"more\">Effect:"
                + " containers run, but saving or pushing the image is incomplete or fails.</span>"
                + "<span class=\"more\">Fetch with: <code>ctr --address"
                + " /run/docker/containerd/containerd.sock --namespace moby content fetch"
                + " --platform linux/amd64 127.0.0.1:5055/zstd@"
                + sample.idOf(NAME)
                + "</code></span></td>");
  }

  @Test
  void lostBlobIsNamedAsSuchAtTheImage() throws IOException, InterruptedException {
    Files.delete(sample.blob(sample.idOf(NAME).digest()));

    assertThat(page())
        .contains("<strong class=\"name\">" + NAME + "</strong>")
        .contains("<span class=\"state\">blob missing</span>");
  }

  private String page() throws InterruptedException {
    var scanner =
        new StoreScanner(
            dataRoot, Duration.ofMillis(1), Duration.ofHours(1), InstantSource.system());
    var text = new StringBuilder();
    new StatusPage(new About("1.2.3", "abc123", "/metrics", "", new PlanCommand(List.of())))
        .write(Optional.of(scanner.scanAndMeasure(1)), Statuses.good(), PageQuery.NONE, text);
    return text.toString();
  }
}

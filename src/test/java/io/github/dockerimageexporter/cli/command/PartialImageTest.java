package io.github.dockerimageexporter.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the commands say of an image in containerd's store, and of one of which not all layers were
/// fetched.
class PartialImageTest {
  private static final String NAME = "127.0.0.1:5055/zstd:1";

  private static final String FETCH =
      "ctr --address /run/docker/containerd/containerd.sock --namespace moby content fetch"
          + " --platform linux/amd64 127.0.0.1:5055/zstd@";

  @TempDir private Path dataRoot;

  private ContainerdSample sample;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
  }

  @Test
  void inspectShowsBothCopiesAndThePlatform() {
    // What the empty directories of the sample take depends on the file system beneath.
    assertThat(inspect().out().replaceFirst("(?m)^freeable:   [0-9]+", "freeable:   N"))
        .startsWith(
            """
            image:      %1$s
            references: 127.0.0.1:5055/zstd:1
            driver:     overlayfs
            namespace:  moby
            state:      consistent
            size:       3113478 (what Docker 29.6 and later reports)
            content:    1094150 (compressed copy: blobs in the content store)
            unpacked:   2019328 (unpacked copy: snapshots, ready to run)
            unique:     10018 (recorded bytes that only this image has)
            freeable:   N (bytes on disk you get back by removing the image with all its names)

            platform:   linux/amd64
            manifest:   %1$s
            blobs:      complete

            HEIGHT  STATE       RECORDED  MEASURED  HIDDEN  DIFF ID\
            """
                .formatted(sample.idOf(NAME)));
  }

  /// Docker records what a snapshot takes on disk, and not how long its files are.
  @Test
  void inspectMeasuresWhatALayerTakesOnDisk() throws IOException {
    long number = lowestLayer().get("cacheId").asLong();
    Files.write(sample.directory(number).resolve("fs/file"), new byte[5]);

    long diskBytes = lowestLayer().get("directoryDiskBytes").longValue();

    assertThat(diskBytes).isGreaterThan(5);
    assertThat(inspect().out()).containsPattern("\n1 +consistent +1990656 +" + diskBytes + " ");
  }

  private JsonNode lowestLayer() throws IOException {
    return new JsonMapper().readTree(inspect("--format=json").out()).at("/platforms/0/layers/0");
  }

  @Test
  void inspectNamesTheLayersThatWereNotFetchedAndTheCommandThatFetchesThem() throws IOException {
    Digest layer = sample.unfetch(NAME);

    assertThat(inspect().out())
        .contains(
            """
            blobs:      partial: 1 of 3 layer blobs (1.089MB) not fetched
                        containers run, but saving or pushing the image is incomplete or fails
                        layer 1: %s, 1089452 bytes, not fetched
            fetch with: %s
            """
                .formatted(layer, FETCH + sample.idOf(NAME)))
        .contains("\n1       consistent  1990656 ");
    assertThat(inspect("--format=json").out())
        .contains("\"content\":\"partial: 1 of 3 layer blobs (1.089MB) not fetched\"")
        .contains(
            "\"absentBlobs\":[{\"height\":1,\"digest\":\"%s\",\"sizeBytes\":1089452,\"fetched\":false}]"
                .formatted(layer))
        .contains("\"fetch\":\"" + FETCH + sample.idOf(NAME) + "\"");
  }

  @Test
  void checkListsPartialImagesAndCallsThemNoProblem() throws IOException {
    sample.unfetch(NAME);

    // The sample's directories are empty, whatever sizes are recorded.
    Outcome outcome = Outcome.onRoot(dataRoot, List.of("check", "--no-usage"));

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("overlayfs in moby: 15 images (and 7 intermediates), 21 layers, no problems\n")
        .contains(
            """
              partial image: 127.0.0.1:5055/zstd:1 (linux/amd64)
                content:  1 of 3 layer blobs (1.089MB) not fetched
                effect:   containers run, but saving or pushing the image is incomplete or fails
                fetch:    %s
            """
                .indent(0)
                .formatted(FETCH + sample.idOf(NAME)));
  }

  @Test
  void checkCountsBlobsAndGivesTheFiguresOfWhatIsThere() throws IOException {
    sample.unfetch(NAME);

    assertThat(Outcome.onRoot(dataRoot, List.of("check")).out())
        .containsPattern("\n  43 directories, [0-9.]+k?B on disk\n  145 blobs, [0-9.]+kB on disk\n")
        .contains(
            "\n  docker system df reports 14.75MB for images, 4.324MB of it reclaimable (Docker"
                + " 29.6 and later)\n");
  }

  @Test
  void checkGivesDockersFiguresOfItsOwnNamespaceAlone() {
    String out =
        Outcome.onRoot(dataRoot, List.of("check", "--containerd.namespaces=moby,k8s.io")).out();

    assertThat(out).contains("overlayfs in k8s.io: ");
    assertThat(out.split("docker system df reports", -1)).hasSize(2);
  }

  private Outcome inspect(String... flags) {
    return Outcome.onRoot(dataRoot, List.of("inspect", NAME), flags);
  }
}

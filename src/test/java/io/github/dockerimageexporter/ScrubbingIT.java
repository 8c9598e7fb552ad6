package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The packaged exporter scrubs the layers of a real engine.
@Tag("alone")
@RequiresEngine
@Timeout(300)
class ScrubbingIT {
  private static final int MEBIBYTE = 1 << 20;
  private static final int LARGE_MEBIBYTES = 48;
  private static final List<String> KINDS =
      List.of(
          "layer_file_missing",
          "layer_file_unexpected",
          "layer_file_metadata_mismatch",
          "layer_file_size_mismatch",
          "layer_file_checksum_mismatch",
          "layer_diff_id_mismatch");

  private static DockerEngine engine;
  private static Images images;
  private static ImageId base;

  @BeforeAll
  static void stockAnEngine() throws IOException, InterruptedException {
    engine = DockerEngine.start("overlay2");
    images = new Images(engine);
    base = images.classic("base:1", Images.BASE);
    images.classic("app:1", Images.with(Images.BASE, "RUN mkdir /app && echo app >/app/file"));
    Path tar = engine.directory().resolve("large.tar");
    String script =
        "mkdir \"$1.d\" && head -c %dM /dev/urandom >\"$1.d/large\" && tar -C \"$1.d\" -cf \"$1\" ."
            .formatted(LARGE_MEBIBYTES);
    Program.of("bash", "-c", script, "large", tar.toString()).run();
    images.importTar(tar, "large:1");
  }

  @AfterAll
  static void removeEngine() throws IOException {
    engine.close();
  }

  @Test
  void whatIsDamagedIsFoundAndItsRepairToo() throws IOException, InterruptedException {
    try (ExporterProcess exporter = start("damage", "--scrub.rate=0", "--scrub.interval=2s")) {
      awaitScrape("all verified", exporter, scrape -> isVerified(scrape) && isCertain(scrape));
      assertThat(exporter.metrics().of("docker_layer_verified_timestamp_seconds"))
          .hasSize((int) exporter.metrics().value("docker_store_layers"));

      flip();
      awaitScrape(
          "damage",
          exporter,
          scrape ->
              count(scrape, "content", "corrupt") == 1
                  && problems(scrape, "layer_file_checksum_mismatch") == 1
                  && isConsistent(scrape, 0));
      assertThat(exporter.metrics().sum("docker_store_problems")).isEqualTo(1);
      assertThat(exporter.scrape("/")).contains("layer_file_checksum_mismatch", "bin/busybox");

      flip();
      awaitScrape("repair", exporter, scrape -> isVerified(scrape) && isConsistent(scrape, 1));
      assertThat(exporter.metrics().sum("docker_store_problems")).isZero();
    }
  }

  @Test
  void contentIsReadAtTheGivenRate() throws IOException, InterruptedException {
    try (ExporterProcess exporter = start("rate", "--scrub.rate=4MiB")) {
      awaitScrape("reading", exporter, scrape -> bytes(scrape) > 4 * MEBIBYTE);
      long began = System.nanoTime();
      double before = bytes(exporter.metrics());

      awaitScrape("more", exporter, scrape -> bytes(scrape) > before + 32 * MEBIBYTE);

      double seconds = (System.nanoTime() - began) / 1e9;
      double rate = (bytes(exporter.metrics()) - before) / seconds / MEBIBYTE;
      System.out.printf("%.2f MiB a second of 4%n", rate);
      assertThat(rate).isCloseTo(4, within(0.4));
    }
  }

  @Test
  void nothingIsReadWhileAnImageComes() throws IOException, InterruptedException {
    try (ExporterProcess exporter = start("pause", "--scrub.rate=2MiB")) {
      awaitScrape("reading", exporter, scrape -> bytes(scrape) > 0);
      Process pull =
          new ProcessBuilder("sh", "-c", engine.dockerCommand() + " import - coming:1").start();
      try (OutputStream tar = pull.getOutputStream()) {
        byte[] whole = Files.readAllBytes(engine.directory().resolve("large.tar"));
        tar.write(whole, 0, whole.length / 2);
        tar.flush();
        await("pause").until(() -> exporter.scrape("/").contains("Paused while layers"));
        double before = settled(exporter);
        Thread.sleep(Duration.ofSeconds(3));
        assertThat(bytes(exporter.metrics())).isEqualTo(before);

        tar.write(whole, whole.length / 2, whole.length - whole.length / 2);
      }
      assertThat(pull.waitFor()).isZero();
      double paused = bytes(exporter.metrics());

      awaitScrape("goes on", exporter, scrape -> bytes(scrape) > paused + MEBIBYTE);
      images.remove("coming:1");
    }
  }

  /// What is being read when the pause begins is read to the end of its piece.
  private static double settled(ExporterProcess exporter) throws IOException, InterruptedException {
    Thread.sleep(Duration.ofSeconds(1));
    return bytes(exporter.metrics());
  }

  private static ExporterProcess start(String name, String... flags) throws IOException {
    String[] common = {
      "--docker.root=" + engine.dataRoot(),
      "--scrub.content",
      "--refresh.interval=200ms",
      "--check.settle=100ms"
    };
    String[] all = Arrays.copyOf(common, common.length + flags.length);
    System.arraycopy(flags, 0, all, common.length, flags.length);
    return ExporterProcess.start(engine.directory().resolve(name + ".log"), all);
  }

  private static void awaitScrape(
      String what, ExporterProcess exporter, Predicate<Scrape> expected) {
    await(what).atMost(Duration.ofSeconds(60)).until(() -> expected.test(exporter.metrics()));
  }

  private static boolean isVerified(Scrape scrape) {
    double layers = scrape.value("docker_store_layers");
    return count(scrape, "shape", "verified") == layers
        && count(scrape, "content", "verified") == layers;
  }

  private static boolean isCertain(Scrape scrape) {
    return KINDS.stream()
        .allMatch(kind -> scrape.shows(0, "docker_store_problems", "problem", kind));
  }

  private static boolean isConsistent(Scrape scrape, double expected) {
    return scrape.shows(expected, "docker_image_chain_consistent", "image_id", base.toString());
  }

  private static double problems(Scrape scrape, String kind) {
    return scrape.by("problem", "docker_store_problems").getOrDefault(kind, Double.NaN);
  }

  private static double count(Scrape scrape, String depth, String state) {
    return scrape.of("docker_store_scrub_layers").stream()
        .filter(one -> one.label("depth").equals(depth) && one.label("state").equals(state))
        .mapToDouble(Scrape.Series::value)
        .sum();
  }

  private static double bytes(Scrape scrape) {
    return scrape.sum("docker_store_scrub_bytes_total");
  }

  /// Changes a byte of a program of the lowest layer; twice leaves it as it was.
  private static void flip() throws IOException, InterruptedException {
    String lowest =
        engine.docker("image", "inspect", "--format", "{{index .RootFS.Layers 0}}", "base:1");
    Path layer =
        engine
            .dataRoot()
            .resolve("image/overlay2/layerdb/sha256", lowest.strip().replace("sha256:", ""));
    Path file =
        engine
            .dataRoot()
            .resolve("overlay2", Files.readString(layer.resolve("cache-id")), "diff/bin/busybox");
    try (var program = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      program.read(one, 1000);
      one.flip();
      program.write(ByteBuffer.wrap(new byte[] {(byte) (one.get() ^ 1)}), 1000);
      program.force(true);
    }
  }
}

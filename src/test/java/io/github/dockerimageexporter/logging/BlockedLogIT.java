package io.github.dockerimageexporter.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.logging.Logging.Level;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The packaged exporter whose standard error is a pipe that is full and that nobody reads.
class BlockedLogIT {
  private static final int PIPE_BYTES = 1 << 16;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(Level.class)
  void scansAndAnswersGoOnAndItEnds(Level level) throws IOException, InterruptedException {
    var store = new SampleStore(directory.resolve("root"));
    store.image("app:1", "base", "app");
    Path pipe = directory.resolve("pipe");
    Program.of("mkfifo", pipe.toString()).run();
    try (var full = new RandomAccessFile(pipe.toFile(), "rw")) {
      full.write(new byte[PIPE_BYTES]);
      ExporterProcess exporter = start(pipe, store.dataRoot(), level);

      Files.createDirectory(
          store.dataRoot().resolve(store.layout().layers()).resolve("0".repeat(64)));
      await().until(() -> exporter.metrics().sum("docker_store_problems") == 1);
      assertThat(reload(exporter)).isEqualTo(200);
      double scans = exporter.metrics().value("docker_image_exporter_refreshes_total");
      await()
          .until(
              () -> exporter.metrics().value("docker_image_exporter_refreshes_total") > scans + 2);

      exporter.handle().destroy();
      assertThat(exporter.handle().onExit()).succeedsWithin(Duration.ofSeconds(20));
      exporter.close();
    }
  }

  private ExporterProcess start(Path pipe, Path dataRoot, Level level) throws IOException {
    return ExporterProcess.start(
        directory.resolve("exporter.log"),
        List.of(
            "sh",
            "-c",
            "exec \"$@\" 2>\"$0\"",
            pipe.toString(),
            ExporterProcess.launcher().toString()),
        "--docker.root=" + dataRoot,
        "--check.settle=10ms",
        "--refresh.interval=100ms",
        "--log.level=" + level);
  }

  private static int reload(ExporterProcess exporter) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(exporter.uri("/-/reload")).POST(BodyPublishers.noBody());
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }
}

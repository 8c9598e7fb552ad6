package io.github.dockerimageexporter.exporter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged exporter beside clients that only want to harm it.
@Tag("alone")
class HostileClientsIT {
  private static final Duration LONGEST_SCRAPE = Duration.ofSeconds(1);
  private static final long MOST_GROWTH_KIB = 32 * 1024;
  private static final int CLIENTS = 50;
  private static final int IMAGES = 100;
  private static final int SECONDS_QUIET = 5;
  private static final int SECONDS = 45;

  @TempDir private Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void scrapesAreAnsweredSoonAndMemoryStaysFlat() throws IOException, InterruptedException {
    var store = new SampleStore(directory.resolve("root"));
    for (int i = 0; i < IMAGES; i++) {
      store.image("app:" + i, "base", "runtime", "libraries-" + i, "app-" + i, "settings-" + i);
    }
    try (var exporter =
        ExporterProcess.start(
            directory.resolve("exporter.log"), "--docker.root=" + store.dataRoot())) {
      askForEverything(exporter);
      Scrapes before = scrape(exporter, SECONDS_QUIET);
      Scrapes beside;
      int comebacks;
      try (var hostile = new StalledClients(exporter.port())) {
        hostile.sendHalfARequestLine(CLIENTS);
        hostile.readAByteASecond(CLIENTS, List.of("/metrics", "/", "/api/v1/report"));
        hostile.sendEndlessHeaders(CLIENTS);
        beside = scrape(exporter, SECONDS);
        comebacks = hostile.comebacks();
      }
      Scrapes after = scrape(exporter, SECONDS_QUIET);

      String figures =
          "before: %s%nbeside them (%d came back): %s%nafter: %s"
              .formatted(before, comebacks, beside, after);
      System.out.println("hostile clients, " + figures);
      assertThat(comebacks).isPositive();
      assertThat(beside.slowest()).as(figures).isLessThan(bound(before.slowest()));
      assertThat(beside.mostResidentKib() - before.mostResidentKib())
          .as(figures)
          .isLessThan(MOST_GROWTH_KIB);
    }
  }

  /// A machine that is busy with other things is slow without hostile clients, too.
  private static Duration bound(Duration before) {
    return Collections.max(List.of(LONGEST_SCRAPE, before.multipliedBy(3)));
  }

  /// So that whatever is kept for later is there before the memory is measured.
  private void askForEverything(ExporterProcess exporter) throws IOException, InterruptedException {
    for (String path : List.of("/metrics", "/", "/api/v1/report")) {
      for (String encoding : List.of("gzip", "identity")) {
        get(exporter, path, encoding);
      }
    }
  }

  /// One scrape a second.
  private Scrapes scrape(ExporterProcess exporter, int seconds)
      throws IOException, InterruptedException {
    var times = new ArrayList<Duration>();
    long resident = 0;
    for (int i = 0; i < seconds; i++) {
      long began = System.nanoTime();
      get(exporter, "/metrics", "gzip");
      times.add(Duration.ofNanos(System.nanoTime() - began));
      resident = Math.max(resident, exporter.memoryKib("VmRSS"));
      TimeUnit.SECONDS.sleep(1);
    }
    return new Scrapes(times, resident);
  }

  private void get(ExporterProcess exporter, String path, String encoding)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(exporter.uri(path)).header("Accept-Encoding", encoding).build();
    assertThat(client.send(request, BodyHandlers.ofByteArray()).statusCode()).isEqualTo(200);
  }

  /// How long each scrape took, and the most memory that was seen between them.
  private record Scrapes(List<Duration> times, long mostResidentKib) {
    Duration slowest() {
      return Collections.max(times);
    }

    @Override
    public String toString() {
      return "scrapes took %s ms; RSS at most %d KiB"
          .formatted(times.stream().map(Duration::toMillis).toList(), mostResidentKib);
    }
  }
}

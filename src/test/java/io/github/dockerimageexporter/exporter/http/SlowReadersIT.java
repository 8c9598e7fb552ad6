package io.github.dockerimageexporter.exporter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bench.GeneratedStore;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged exporter, with its own heap, beside clients that read slowly while its store
/// changes: each of them begins with another text.
@Tag("alone")
class SlowReadersIT {
  private static final int IMAGES = 250;
  private static final int CLIENTS = 60;
  private static final int ROUNDS_ALONE = 10;
  private static final int ROUNDS_AFTER = 20;
  private static final Duration PERIOD = Duration.ofMillis(700);
  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final long MOST_KIB = 128 * 1024;
  private static final List<String> ENCODINGS = List.of("identity", "gzip");

  @TempDir private Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Duration> beside = new ArrayList<>();

  @Test
  void scrapesAreAnsweredSoonInLittleMemory() throws IOException, InterruptedException {
    var store = new GeneratedStore(directory.resolve("root"), IMAGES);
    store.write();
    try (var exporter =
            ExporterProcess.start(
                directory.resolve("exporter.log"), "--docker.root=" + store.dataRoot());
        var slow = new StalledClients(exporter.port())) {
      Duration alone = Collections.max(scrapeWhileItChanges(exporter, store, 0, ROUNDS_ALONE));
      for (int round = 0; round < CLIENTS; round++) {
        slow.readSlowly("/metrics", ENCODINGS.get(round % ENCODINGS.size()));
        beside.addAll(scrapeWhileItChanges(exporter, store, ROUNDS_ALONE + round, 1));
      }
      beside.addAll(scrapeWhileItChanges(exporter, store, ROUNDS_ALONE + CLIENTS, ROUNDS_AFTER));

      String figures =
          "alone %d ms, beside them %s ms, RSS at most %d KiB"
              .formatted(
                  alone.toMillis(),
                  beside.stream().map(Duration::toMillis).toList(),
                  exporter.memoryKib("VmHWM"));
      System.out.println("slow readers: " + figures);
      assertThat(exporter.log()).contains("slow clients cut off");
      assertThat(exporter.memoryKib("VmHWM")).as(figures).isLessThanOrEqualTo(MOST_KIB);
      assertThat(Collections.max(beside)).as(figures).isLessThan(bound(alone));
    }
  }

  /// A machine that is busy with other things is slow without such clients, too.
  private static Duration bound(Duration alone) {
    return Collections.max(List.of(LONGEST, alone.multipliedBy(3)));
  }

  /// How long scrapes and checks of its health take while an image comes with each.
  private List<Duration> scrapeWhileItChanges(
      ExporterProcess exporter, GeneratedStore store, int first, int rounds)
      throws IOException, InterruptedException {
    var times = new ArrayList<Duration>();
    for (int round = first; round < first + rounds; round++) {
      long began = System.nanoTime();
      store.add(round);
      times.add(time(exporter, "/metrics"));
      times.add(time(exporter, "/-/healthy"));
      Thread.sleep(PERIOD.minusNanos(System.nanoTime() - began));
    }
    return times;
  }

  private Duration time(ExporterProcess exporter, String path)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(exporter.uri(path)).header("Accept-Encoding", "gzip").build();
    long began = System.nanoTime();
    assertThat(client.send(request, BodyHandlers.ofByteArray()).statusCode()).isEqualTo(200);
    return Duration.ofNanos(System.nanoTime() - began);
  }
}

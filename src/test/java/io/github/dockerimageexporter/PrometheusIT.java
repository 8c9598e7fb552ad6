package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Prometheus;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A real Prometheus scrapes the packaged exporter, in both formats.
@Requires(Requirement.PROMETHEUS)
class PrometheusIT {
  private static final String TEXT = "text/plain;version=0.0.4";
  private static final String OPENMETRICS = "application/openmetrics-text;version=1.0.0";

  /// The families that users rely on: name, type, labels.
  private static final Map<String, Family> FAMILIES =
      """
      docker_data_root_state gauge state
      docker_store_images gauge driver
      docker_store_dangling_images gauge driver
      docker_store_references gauge driver
      docker_store_layers gauge driver
      docker_store_mounts gauge driver
      docker_store_layers_size_bytes gauge driver
      docker_store_images_size_bytes gauge driver
      docker_store_images_reclaimable_bytes gauge driver
      docker_store_directories gauge driver,owner
      docker_store_directory_disk_bytes gauge driver,owner
      docker_store_problems gauge driver,problem,impact
      docker_store_host_problems gauge driver,problem
      docker_store_unreadable_paths gauge driver
      docker_store_last_change_timestamp_seconds gauge driver
      docker_store_scrub_layers gauge depth,driver,state
      docker_store_scrub_bytes_total counter driver
      docker_store_scrub_last_completed_timestamp_seconds gauge depth,driver
      docker_store_active gauge driver
      docker_image_info gauge driver,image_id,os,architecture,variant
      docker_image_reference_info gauge driver,image_id,repository,tag,digest
      docker_image_size_bytes gauge driver,image_id
      docker_image_unpacked_size_bytes gauge driver,image_id
      docker_image_shared_size_bytes gauge driver,image_id
      docker_image_unique_size_bytes gauge driver,image_id
      docker_image_disk_bytes gauge driver,image_id
      docker_image_freeable_bytes gauge driver,image_id
      docker_image_problems gauge driver,image_id,impact
      docker_image_hidden_bytes gauge driver,image_id
      docker_image_layers gauge driver,image_id
      docker_image_containers gauge driver,image_id
      docker_image_created_timestamp_seconds gauge driver,image_id
      docker_image_last_tagged_timestamp_seconds gauge driver,image_id
      docker_image_chain_consistent gauge driver,image_id
      docker_container_info gauge driver,container_id,name,image_id
      docker_container_writable_disk_bytes gauge driver,container_id
      docker_container_writable_inodes gauge driver,container_id
      docker_layer_info gauge driver,chain_id,diff_id,parent_chain_id,cache_id
      docker_layer_size_bytes gauge driver,chain_id
      docker_layer_directory_size_bytes gauge driver,chain_id
      docker_layer_directory_disk_bytes gauge driver,chain_id
      docker_layer_directory_inodes gauge driver,chain_id
      docker_layer_images gauge driver,chain_id
      docker_layer_depth gauge driver,chain_id
      docker_layer_chain_consistent gauge driver,chain_id
      docker_layer_verified_timestamp_seconds gauge driver,chain_id
      docker_image_layer_info gauge driver,image_id,chain_id,depth
      docker_image_exporter_build_info gauge version,revision,java_version
      docker_image_exporter_last_refresh_success gauge
      docker_image_exporter_last_refresh_timestamp_seconds gauge
      docker_image_exporter_last_refresh_duration_seconds gauge
      docker_image_exporter_refreshes_total counter
      docker_image_exporter_refresh_failures_total counter
      docker_image_exporter_watch_up gauge
      docker_image_exporter_watch_events_total counter
      docker_image_exporter_watch_overflows_total counter
      docker_image_exporter_directories_pending gauge
      docker_image_exporter_directories_scanned_total counter
      docker_image_exporter_dropped_series gauge family
      """
          .lines()
          .map(line -> line.split(" ", -1))
          .collect(toMap(words -> words[0], words -> Family.of(words)));

  /// Those that only a store in containerd has series of: a graph driver's shows their types alone.
  private static final Map<String, String> WITHOUT_SERIES =
      Map.of(
          "docker_store_blobs",
          "gauge",
          "docker_store_blob_disk_bytes",
          "gauge",
          "docker_image_content_size_bytes",
          "gauge",
          "docker_image_platform_info",
          "gauge");

  @TempDir private static Path directory;
  private static ExporterProcess exporter;
  private static HttpServer plainText;
  private static Prometheus prometheus;

  /// A family's type and the names of its labels.
  private record Family(String type, Set<String> labels) {
    static Family of(String[] words) {
      var labels = words.length > 2 ? Arrays.asList(words[2].split(",", -1)) : List.<String>of();
      return new Family(words[1], new TreeSet<>(labels));
    }
  }

  @BeforeAll
  static void scrape() throws IOException, InterruptedException {
    var store = new SampleStore(directory.resolve("root"));
    var base = store.image("base:1", "base");
    var app = store.image("app:1", "base", "app");
    store.tag("app:latest", app);
    store.tag("app@" + app, app);
    store.parent(app, base);
    store.container("web", app);
    store.image("damaged:1", "base", "damaged");
    Files.delete(store.layer(chainId("base", "damaged")).resolve("tar-split.json.gz"));
    exporter =
        ExporterProcess.start(
            directory.resolve("exporter.log"),
            "--docker.root=" + store.dataRoot(),
            "--collector.image-layers",
            "--collector.containers",
            "--scrub.content");
    await("directories measured, the problem confirmed")
        .until(
            () ->
                !exporter.metrics().of("docker_store_directory_disk_bytes").isEmpty()
                    && !exporter.metrics().of("docker_image_hidden_bytes").isEmpty()
                    && !exporter.metrics().of("docker_image_problems").isEmpty());
    plainText = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    plainText.createContext("/", PrometheusIT::relay);
    plainText.start();
    prometheus =
        Prometheus.start(
            directory.resolve("prometheus"),
            Map.of("openmetrics", exporter.port(), "text", plainText.getAddress().getPort()));
    await("both formats scraped")
        .until(() -> prometheus.valueByJob("up").equals(Map.of("openmetrics", 1.0, "text", 1.0)));
  }

  @AfterAll
  static void stop() throws IOException {
    prometheus.close();
    plainText.stop(0);
    exporter.close();
  }

  /// Prometheus itself always prefers OpenMetrics: this passes its scrapes on as if it did not.
  private static void relay(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = get(TEXT, "identity").body();
      exchange.getResponseHeaders().set("Content-Type", TEXT);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openmetrics", "text"})
  void everyFamilyArrivesWithItsLabels(String job) throws IOException, InterruptedException {
    Map<String, Set<String>> arrived = new TreeMap<>();
    for (JsonNode series :
        prometheus.data("/api/v1/series?match[]=%7Bjob%3D%22" + job + "%22%7D")) {
      arrived
          .computeIfAbsent(series.get("__name__").textValue(), _ -> new TreeSet<>())
          .addAll(ownLabels(series));
    }

    arrived.keySet().removeIf(name -> !name.startsWith("docker_"));
    assertThat(arrived)
        .isEqualTo(
            FAMILIES.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, one -> nonEmpty(one.getValue().labels()))));
  }

  @Test
  void everyTypeArrivesFromText() throws IOException, InterruptedException {
    assertThat(types("text")).containsExactlyInAnyOrderEntriesOf(types(name -> name));
  }

  /// In OpenMetrics a counter's family goes without the suffix of its samples.
  @Test
  void everyTypeArrivesFromOpenMetrics() throws IOException, InterruptedException {
    assertThat(types("openmetrics"))
        .containsExactlyInAnyOrderEntriesOf(types(name -> name.replaceFirst("_total$", "")));
  }

  private static Map<String, String> types(UnaryOperator<String> naming) {
    Map<String, String> types = new HashMap<>(WITHOUT_SERIES);
    FAMILIES.forEach((name, family) -> types.put(naming.apply(name), family.type()));
    return types;
  }

  @Test
  void prometheusComplainsOfNothing() throws IOException {
    assertThat(prometheus.log()).isEmpty();
  }

  /// It reads text 0.0.4 only; that OpenMetrics is sound shows in Prometheus taking it.
  @Test
  void promtoolIsSilent() throws IOException, InterruptedException {
    Path scrape = Files.write(directory.resolve("scrape.txt"), get(TEXT, "identity").body());

    assertThat(Program.of("sh", "-c", "promtool check metrics <\"$0\"", scrape + "").outcome())
        .isEqualTo(new Program.Outcome(0, "", ""));
  }

  @ParameterizedTest
  @CsvSource({
    TEXT + ", identity",
    TEXT + ", gzip",
    OPENMETRICS + ", identity",
    OPENMETRICS + ", gzip"
  })
  void noSeriesIsThereTwice(String accept, String encoding)
      throws IOException, InterruptedException {
    String body = text(get(accept, encoding));

    assertThat(Scrape.parse(body).series()).hasSizeGreaterThan(FAMILIES.size());
    assertThat(Scrape.parse(body).duplicates()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {TEXT, OPENMETRICS})
  void everySeriesStandsBelowTheOneTypeOfItsFamily(String accept)
      throws IOException, InterruptedException {
    var families = new ArrayList<String>();
    for (String line : text(get(accept, "identity")).lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        families.add(line.split(" ", -1)[2]);
      } else if (!line.startsWith("#")) {
        assertThat(line).startsWith(families.getLast());
      }
    }

    assertThat(families).doesNotHaveDuplicates();
  }

  private static Map<String, String> types(String job) throws IOException, InterruptedException {
    var types = new TreeMap<String, String>();
    prometheus
        .data("/api/v1/targets/metadata?match_target=%7Bjob%3D%22" + job + "%22%7D")
        .forEach(one -> types.put(one.get("metric").textValue(), one.get("type").textValue()));
    types.keySet().removeIf(name -> !name.startsWith("docker_"));
    return types;
  }

  private static Set<String> ownLabels(JsonNode series) {
    var labels = new TreeSet<String>();
    series.fieldNames().forEachRemaining(labels::add);
    labels.removeAll(Set.of("__name__", "job", "instance"));
    return labels;
  }

  /// Prometheus drops empty labels, and the sample's images have no variant.
  private static Set<String> nonEmpty(Set<String> all) {
    var labels = new TreeSet<>(all);
    labels.remove("variant");
    return labels;
  }

  private static HttpResponse<byte[]> get(String accept, String encoding)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(exporter.uri("/metrics"))
              .header("Accept", accept)
              .header("Accept-Encoding", encoding)
              .build();
      return client.send(request, BodyHandlers.ofByteArray());
    }
  }

  private static String text(HttpResponse<byte[]> response) throws IOException {
    boolean gzip = response.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
    byte[] body =
        gzip
            ? new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes()
            : response.body();
    return new String(body, StandardCharsets.UTF_8);
  }
}

package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.engine.ContainerdStock;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineNotes;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.containerd.EarlierRules;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// The exporter's figures of a store in containerd, held against those of the engine that fills it.
///
/// An engine's sizes follow the rules of its release: [EarlierRules] has them, upon the facts that
/// the exporter reads. All else is compared with what is scraped.
@RequiresEngine
@ParameterizedClass
@MethodSource("kinds")
class ContainerdEngineIT {
  static List<EngineKind> kinds() {
    return EngineKind.containerd(EngineKind.CONTAINERD);
  }

  private static DockerEngine engine;
  private static ExporterProcess exporter;
  private static EarlierRules rules;
  private static int release;
  private static JsonNode diskUsage;
  private static Map<String, JsonNode> inspected;
  private static Scrape scrape;

  private final EngineKind kind;

  ContainerdEngineIT(EngineKind kind) {
    this.kind = kind;
  }

  @BeforeParameterizedClassInvocation
  static void scrapeAStockedEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    Stock.fill(engine);
    ContainerdStock.add(engine);
    release = engine.majorVersion();
    diskUsage = engine.api("/system/df");
    var flags = new ArrayList<String>(engine.exporterFlags());
    flags.add("--refresh.interval=1s");
    exporter =
        ExporterProcess.start(
            engine.directory().resolve("exporter.log"), flags.toArray(String[]::new));
    await("all directories measured").until(() -> exporter.metrics().isMeasured());
    scrape = exporter.metrics();
    inspected = new TreeMap<>();
    for (String id : scrape.by("image_id", "docker_image_info").keySet()) {
      inspected.put(id, engine.api("/images/" + id + "/json"));
    }
    rules = new EarlierRules(read(), release, ContainerdEngineIT::diskBytes);
  }

  @AfterParameterizedClassInvocation
  static void stopEngine() throws IOException {
    exporter.close();
    engine.close();
  }

  private static ContainerdSnapshot read() {
    var settings =
        new ContainerdSettings(
            Optional.of(engine.containerdRoot()), List.of(ContainerdSettings.DOCKER));
    return (ContainerdSnapshot)
        new StoreReader(engine.dataRoot(), settings).read(Freshness.EVERY_FILE).stores().getFirst();
  }

  @Test
  void everyFigureOfDiskUsageIsTheEngines() throws IOException, InterruptedException {
    var said = new TreeMap<String, Object>();
    said.put("SIZE", diskUsage.get("LayersSize").longValue());
    said.put("line", imagesLine());
    diskUsage.get("Images").forEach(image -> putRow(said, image));
    for (JsonNode container : diskUsage.get("Containers")) {
      String id = container.get("Id").textValue();
      said.put(id + " SizeRw", container.path("SizeRw").longValue());
      said.put(id + " SizeRootFs", container.get("SizeRootFs").longValue());
    }

    var found = new TreeMap<String, Object>();
    found.put("SIZE", rules.totalBytes());
    found.put("line", lineByTheRules());
    rules.listedImages().forEach((id, row) -> putRow(found, id, row));
    for (JsonNode container : diskUsage.get("Containers")) {
      String id = container.get("Id").textValue();
      found.put(id + " SizeRw", rules.writableBytes(id));
      found.put(id + " SizeRootFs", rules.rootFsBytes(id));
    }
    assertThat(found).hasSizeGreaterThan(60).containsExactlyInAnyOrderEntriesOf(said);
    noteEqual("disk usage", said);
  }

  @Test
  void everyFigureOfTheListIsTheEngines() throws IOException {
    var said = new TreeMap<String, Object>();
    for (JsonNode image : engine.api("/images/json?all=1")) {
      said.put(image.get("Id").textValue(), image.get("Size").longValue());
    }

    var found = new TreeMap<String, Object>();
    rules.allImages().forEach((id, row) -> found.put(id, row.sizeBytes()));
    assertThat(found).hasSizeGreaterThan(18).containsExactlyInAnyOrderEntriesOf(said);
    noteEqual("list", said);
  }

  @Test
  void everyFigureOfInspectIsTheEngines() throws IOException {
    var said = new TreeMap<String, Object>();
    inspected.forEach((id, image) -> putInspected(said, id, image));

    var found = new TreeMap<String, Object>();
    for (String id : inspected.keySet()) {
      found.put(id + " size", rules.inspectedBytes(ImageId.parse(id)));
    }
    putScraped(found);
    assertThat(found).hasSizeGreaterThan(115).containsExactlyInAnyOrderEntriesOf(said);
    noteEqual("inspect", said);
  }

  private void noteEqual(String what, Map<String, Object> figures) throws IOException {
    EngineNotes.shown(kind, EngineNotes.Column.FIGURES, what, figures.size());
  }

  @Test
  void imagesThatAreListedAreCounted() throws IOException {
    int dangling =
        engine.api("/images/json?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D").size();

    assertThat(dangling).isPositive();
    assertThat(scrape.value("docker_store_dangling_images")).isEqualTo(dangling);
    assertThat(scrape.value("docker_store_images")).isEqualTo(inspected.size());
  }

  @Test
  void containersAreTheEngines() throws IOException {
    assertThat(scrape.sum("docker_image_containers"))
        .isEqualTo(engine.api("/containers/json?all=1").size());
  }

  @Test
  void directoriesAndBlobsOfAllOwnersTakeWhatDuSays() {
    Path snapshots = Path.of("io.containerd.snapshotter.v1." + kind.store().driver(), "snapshots");
    awaitDiskBytes("docker_store_directory_disk_bytes", snapshots);
    awaitDiskBytes("docker_store_blob_disk_bytes", Path.of("io.containerd.content.v1.content"));
  }

  /// The collection of what was removed may come after the first scrape.
  private static void awaitDiskBytes(String family, Path home) {
    await(family)
        .untilAsserted(
            () ->
                assertThat(exporter.metrics().sum(family))
                    .isEqualTo((double) diskBytes(engine.containerdRoot().resolve(home))));
  }

  @Test
  void nothingIsWrongWithAHealthyEngine() throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of(ExporterProcess.launcher().toString(), "check"));
    command.add("--fail-on=waste");
    command.addAll(engine.exporterFlags());
    var check = Program.of(command.toArray(String[]::new)).outcome();

    assertThat(check.output()).contains(", no problems");
    assertThat(check.complaints()).isEmpty();
    assertThat(check.status()).isZero();
    assertThat(scrape.of("docker_store_problems")).allMatch(one -> one.value() == 0);
    assertThat(scrape.value("docker_store_unreadable_paths")).isZero();
    assertThat(scrape.by("state", "docker_data_root_state")).containsEntry("containerd", 1.0);
  }

  private static void putRow(Map<String, Object> figures, JsonNode image) {
    var row =
        new EarlierRules.Row(
            image.get("Size").longValue(),
            image.get("SharedSize").longValue(),
            image.get("Containers").longValue());
    putRow(figures, image.get("Id").textValue(), row);
  }

  private static void putRow(Map<String, Object> figures, String id, EarlierRules.Row row) {
    figures.put(id + " SIZE", row.sizeBytes());
    figures.put(id + " SHARED SIZE", row.sharedBytes());
    figures.put(id + " UNIQUE SIZE", row.sizeBytes() - row.sharedBytes());
    figures.put(id + " CONTAINERS", row.containers());
  }

  /// What the engine's client prints in the line of images.
  private static String imagesLine() throws IOException, InterruptedException {
    return engine
        .docker(
            "system",
            "df",
            "--format",
            "{{.Type}} {{.TotalCount}} {{.Active}} {{.Size}}" + " {{.Reclaimable}}")
        .lines()
        .filter(line -> line.startsWith("Images "))
        .findFirst()
        .orElseThrow();
  }

  private static String lineByTheRules() {
    var rows = rules.listedImages().values();
    long total = rules.totalBytes();
    long reclaimable = rules.reclaimableBytes();
    return "Images %d %d %s %s (%d%%)"
        .formatted(
            rows.size(),
            rows.stream().filter(row -> row.containers() > 0).count(),
            humanSize(total),
            humanSize(reclaimable),
            reclaimable * 100 / total);
  }

  /// As Docker's clients print it: four digits, `19.92MB`.
  private static String humanSize(long bytes) {
    String[] units = {"B", "kB", "MB", "GB"};
    int unit = 0;
    var size = BigDecimal.valueOf(bytes);
    while (size.compareTo(BigDecimal.valueOf(1000)) >= 0) {
      size = size.movePointLeft(3);
      unit++;
    }
    String digits = size.round(new MathContext(4)).stripTrailingZeros().toPlainString();
    return digits + units[unit];
  }

  private static void putInspected(Map<String, Object> figures, String id, JsonNode image) {
    figures.put(id + " size", image.get("Size").longValue());
    figures.put(id + " names", texts(image.get("RepoTags"), name -> !name.contains("@")));
    figures.put(id + " digests", texts(image.get("RepoDigests"), _ -> true));
    if (rules.inspects(ImageId.parse(id))) {
      putConfiguration(figures, id, image);
    }
  }

  private static void putConfiguration(Map<String, Object> figures, String id, JsonNode image) {
    figures.put(
        id + " platform",
        image.get("Os").textValue() + "/" + image.get("Architecture").textValue());
    figures.put(id + " layers", (double) image.at("/RootFS/Layers").size());
    if (image.path("Created").isTextual()) {
      Instant created = Instant.parse(image.get("Created").textValue());
      figures.put(id + " created", created.getEpochSecond() + created.getNano() / 1e9);
    }
  }

  private static void putScraped(Map<String, Object> figures) {
    for (String id : inspected.keySet()) {
      figures.put(id + " names", new TreeSet<String>());
      figures.put(id + " digests", new TreeSet<String>());
    }
    for (Scrape.Series reference : scrape.of("docker_image_reference_info")) {
      String id = reference.label("image_id");
      String repository = reference.label("repository");
      add(figures, id + " digests", repository + "@" + id);
      if (!reference.label("tag").isEmpty()) {
        add(figures, id + " names", repository + ":" + reference.label("tag"));
      }
    }
    Map<String, Double> layers = scrape.by("image_id", "docker_image_layers");
    Map<String, Double> created = scrape.by("image_id", "docker_image_created_timestamp_seconds");
    for (Scrape.Series image : scrape.of("docker_image_info")) {
      String id = image.label("image_id");
      if (rules.inspects(ImageId.parse(id))) {
        figures.put(id + " platform", image.label("os") + "/" + image.label("architecture"));
        figures.put(id + " layers", layers.get(id));
        figures.put(id + " created", created.get(id));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void add(Map<String, Object> figures, String name, String text) {
    ((Set<String>) Objects.requireNonNull(figures.get(name))).add(text);
  }

  private static Set<String> texts(JsonNode list, Predicate<String> filter) {
    var texts = new TreeSet<String>();
    list.forEach(text -> texts.add(text.textValue()));
    texts.removeIf(filter.negate());
    return texts;
  }

  /// What `directory`, given relative to the data root or not, takes.
  private static long diskBytes(Path directory) {
    try {
      String path = engine.dataRoot().resolve(directory).toString();
      String used = Program.of("du", "-x", "-s", "--block-size=1", path).run();
      return Long.parseLong(used.substring(0, used.indexOf('\t')));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}

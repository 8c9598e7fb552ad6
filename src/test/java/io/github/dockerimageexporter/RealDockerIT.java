package io.github.dockerimageexporter;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineFigures;
import io.github.dockerimageexporter.engine.EngineFigures.ImageFigures;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineNotes;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.exporter.Scrape.Series;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// The exporter's figures, held against those of the engine whose data root it reads.
@RequiresEngine
@ParameterizedClass
@MethodSource("io.github.dockerimageexporter.engine.EngineKind#graphDrivers")
class RealDockerIT {
  private static DockerEngine engine;
  private static EngineFigures figures;
  private static Scrape scrape;

  private final EngineKind kind;
  private final GraphDriverLayout layout;

  RealDockerIT(EngineKind kind) {
    this.kind = kind;
    this.layout = kind.layout();
  }

  @BeforeParameterizedClassInvocation
  static void scrapeAStockedEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    Stock.fill(engine);
    figures = EngineFigures.of(engine);
    try (var exporter =
        ExporterProcess.start(
            engine.directory().resolve("exporter.log"),
            "--docker.root=" + engine.dataRoot(),
            "--collector.image-layers",
            "--collector.containers")) {
      await("all directories measured").until(() -> exporter.metrics().isMeasured());
      scrape = exporter.metrics();
    }
  }

  @AfterParameterizedClassInvocation
  static void stopEngine() throws IOException {
    engine.close();
  }

  @Test
  void imagesAreTheEngines() throws IOException {
    assertThat(scrape.by("image_id", "docker_image_info").keySet())
        .isEqualTo(figures.images().keySet());
    assertEngines("docker_store_images", figures.images().size());
  }

  @Test
  void platformsAreTheEngines() throws IOException {
    assertEngines(
        "platforms",
        scrape.of("docker_image_info").stream()
            .collect(
                toMap(
                    one -> one.label("image_id"),
                    one -> one.label("os") + "/" + one.label("architecture"))),
        ofImages(image -> image.os() + "/" + image.architecture()));
  }

  @Test
  void layerCountsAreTheEngines() throws IOException {
    assertEngines("docker_image_layers", ofImages(image -> (double) image.chainIds().size()));
  }

  @Test
  void chainsAreThoseOfTheEnginesDiffIds() throws IOException {
    Map<String, List<String>> chains = ofImages(_ -> List.of());
    scrape.of("docker_image_layer_info").stream()
        .collect(groupingBy(one -> one.label("image_id")))
        .forEach((image, layers) -> chains.put(image, lowestFirst(layers)));

    assertEngines("chains", chains, ofImages(ImageFigures::chainIds));
  }

  @Test
  void everyChainIsConsistent() {
    assertThat(scrape.by("image_id", "docker_image_chain_consistent"))
        .isEqualTo(ofImages(_ -> 1.0));
    assertThat(scrape.by("chain_id", "docker_layer_chain_consistent").values()).containsOnly(1.0);
  }

  @Test
  void sizesAreTheEnginesToTheByte() throws IOException {
    assertEngines("docker_image_size_bytes", ofImages(image -> (double) image.sizeBytes()));
  }

  @Test
  void referencesAreTheEngines() throws IOException {
    Map<String, Set<String>> references = ofImages(_ -> Set.of());
    scrape.of("docker_image_reference_info").stream()
        .collect(groupingBy(one -> one.label("image_id")))
        .forEach(
            (image, names) ->
                references.put(image, names.stream().map(RealDockerIT::name).collect(toSet())));

    assertEngines("references", references, ofImages(ImageFigures::references));
  }

  @Test
  void containersOfImagesAreTheEngines() throws IOException {
    assertEngines(
        "docker_image_containers",
        ofImages(image -> (double) figures.containers().getOrDefault(image.id(), 0L)));
    assertEngines(
        "docker_store_mounts",
        figures.containers().values().stream().mapToLong(count -> count).sum());
  }

  @Test
  void namesAndImagesOfContainersAreTheEngines() throws IOException, InterruptedException {
    List<String> ids =
        engine.docker("ps", "--all", "--quiet", "--no-trunc").lines().sorted().toList();

    assertThat(
            scrape.of("docker_container_info").stream()
                .map(one -> "/" + one.label("name") + " " + one.label("image_id")))
        .containsExactlyElementsOf(
            engine
                .docker(
                    Stream.concat(
                            Stream.of("inspect", "--format", "{{.Name}} {{.Image}}"), ids.stream())
                        .toArray(String[]::new))
                .lines()
                .toList());
  }

  @Test
  void writableLayersTakeWhatTheirDirectoriesDo() throws IOException, InterruptedException {
    var used = new TreeMap<String, Double>();
    for (String id : scrape.by("container_id", "docker_container_info").keySet()) {
      Path mount = engine.dataRoot().resolve(layout.mounts(), id, "mount-id");
      Path directory =
          engine.dataRoot().resolve(layout.driverDirectories(), Files.readString(mount));
      String du = Program.of("du", "-xsB1", directory.toString()).run();
      used.put(id, Double.parseDouble(du.split("\t", -1)[0]));
    }

    assertThat(used).isNotEmpty();
    assertThat(scrape.by("container_id", "docker_container_writable_disk_bytes")).isEqualTo(used);
  }

  @Test
  void creationTimesAreTheEngines() throws IOException {
    assertEngines(
        "docker_image_created_timestamp_seconds", ofImages(image -> seconds(image.created())));
  }

  @Test
  void danglingImagesAreTheEngines() throws IOException {
    assertThat(figures.dangling()).isNotEmpty();
    assertEngines("docker_store_dangling_images", figures.dangling().size());
  }

  @Test
  void listedImagesAreThoseThatDiskUsageCounts() throws IOException, InterruptedException {
    long named =
        scrape.of("docker_image_reference_info").stream()
            .map(one -> one.label("image_id"))
            .distinct()
            .count();

    assertThat(diskUsage("{{.TotalCount}}"))
        .isEqualTo(Long.toString(named + figures.dangling().size()));
    assertThat(figures.listed()).hasSize((int) named + figures.dangling().size());
  }

  @Test
  void sizeOfAllImagesIsThatOfDiskUsage() throws IOException {
    assertEngines("docker_store_images_size_bytes", figures.layersSizeBytes());
  }

  /// Until 23.0 only listed images count as sharing. That the same arithmetic gives such an
  /// engine's figure is what makes the next test worth anything there.
  @Test
  void sharedSizeByThisEnginesRuleIsWhatItPrints() throws IOException, InterruptedException {
    var sizes = layerSizes();
    List<ImageFigures> listed = figures.listed().stream().map(figures.images()::get).toList();
    Collection<ImageFigures> sharing =
        engine.majorVersion() < 23 ? listed : figures.images().values();

    assertThat(figures.sharedBytes())
        .isEqualTo(
            listed.stream()
                .collect(toMap(ImageFigures::id, image -> shared(image, sharing, sizes))));
  }

  /// Since 23.0 every image counts as sharing, intermediates included.
  @Test
  void sharedAndUniqueSizesFollowTheRuleOfLaterEngines() throws IOException {
    var sizes = layerSizes();
    Collection<ImageFigures> all = figures.images().values();

    assertEngines(
        "docker_image_shared_size_bytes", ofImages(image -> (double) shared(image, all, sizes)));
    assertEngines(
        "docker_image_unique_size_bytes",
        ofImages(image -> (double) image.sizeBytes() - shared(image, all, sizes)));
  }

  /// Since 29.0 it is what the listed images without a container have for themselves.
  @Test
  void reclaimableSizeFollowsTheRuleOfLaterEngines() throws IOException {
    var sizes = layerSizes();
    long reclaimable =
        figures.listed().stream()
            .filter(id -> !figures.containers().containsKey(id))
            .map(figures.images()::get)
            .mapToLong(image -> image.sizeBytes() - shared(image, figures.images().values(), sizes))
            .sum();

    assertThat(reclaimable).isPositive();
    assertEngines("docker_store_images_reclaimable_bytes", reclaimable);
  }

  @Test
  void diskBytesOfAllOwnersAreThoseOfTheDriversHome() throws IOException, InterruptedException {
    String home = engine.dataRoot().resolve(layout.driverHome()).toString();
    // To du, each subvolume of btrfs is a file system.
    String mounts = kind.store() == ImageStore.BTRFS ? "--no-dereference" : "--one-file-system";
    String used = Program.of("du", mounts, "--summarize", "--block-size=1", home).run();

    assertThat(scrape.sum("docker_store_directory_disk_bytes"))
        .isCloseTo(Double.parseDouble(used.split("\t", -1)[0]), withinPercentage(1));
  }

  @Test
  void nothingIsWrongWithAHealthyEngine() throws IOException, InterruptedException {
    var check =
        Program.of(
                ExporterProcess.launcher().toString(),
                "check",
                "--fail-on=waste",
                "--docker.root=" + engine.dataRoot())
            .outcome();

    assertThat(check.output()).contains(", no problems");
    assertThat(check.complaints()).isEmpty();
    assertThat(check.status()).isZero();
    assertThat(scrape.of("docker_store_problems")).allMatch(one -> one.value() == 0);
    assertThat(scrape.value("docker_store_unreadable_paths")).isZero();
  }

  /// Compares a figure of the store.
  private void assertEngines(String family, long said) throws IOException {
    assertEngines(family, Map.of("", scrape.value(family)), Map.of("", (double) said));
  }

  /// Compares the figures of all images.
  private void assertEngines(String family, Map<String, Double> said) throws IOException {
    assertEngines(family, scrape.by("image_id", family), said);
  }

  private <T> void assertEngines(String what, Map<String, T> found, Map<String, T> said)
      throws IOException {
    assertThat(found).isEqualTo(said);
    EngineNotes.shown(kind, EngineNotes.Column.FIGURES, what, said.size());
  }

  private static <T> Map<String, T> ofImages(Function<ImageFigures, T> figure) {
    var all = new TreeMap<String, T>();
    figures.images().forEach((id, image) -> all.put(id, figure.apply(image)));
    return all;
  }

  private static List<String> lowestFirst(List<Series> layers) {
    return layers.stream()
        .sorted(Comparator.comparingInt(one -> Integer.parseInt(one.label("depth"))))
        .map(one -> one.label("chain_id"))
        .toList();
  }

  private static String name(Series reference) {
    return reference.label("digest").isEmpty()
        ? reference.label("repository") + ":" + reference.label("tag")
        : reference.label("repository") + "@" + reference.label("digest");
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }

  private static String diskUsage(String format) throws IOException, InterruptedException {
    return engine
        .docker("system", "df", "--format", "{{.Type}} " + format)
        .lines()
        .filter(line -> line.startsWith("Images "))
        .map(line -> line.substring("Images ".length()))
        .findFirst()
        .orElseThrow();
  }

  /// The sizes that the engine recorded, by chain ID.
  private Map<String, Long> layerSizes() throws IOException {
    var sizes = new HashMap<String, Long>();
    Path layers = engine.dataRoot().resolve(layout.layers());
    try (var directories = Files.list(layers)) {
      for (Path directory : directories.toList()) {
        long size = Long.parseLong(Files.readString(directory.resolve("size")));
        sizes.put("sha256:" + directory.getFileName(), size);
      }
    }
    return sizes;
  }

  /// What `image` shares with any other of `counted`.
  private static long shared(
      ImageFigures image, Collection<ImageFigures> counted, Map<String, Long> sizes) {
    return image.chainIds().stream()
        .filter(layer -> counted.stream().filter(one -> one.chainIds().contains(layer)).count() > 1)
        .mapToLong(sizes::get)
        .sum();
  }
}

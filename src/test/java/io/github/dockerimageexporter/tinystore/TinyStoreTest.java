package io.github.dockerimageexporter.tinystore;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.SharedChecks;
import io.github.dockerimageexporter.check.StatedEvidence;
import io.github.dockerimageexporter.check.graphdriver.GraphDriverChecks;
import io.github.dockerimageexporter.cli.text.ChainTable;
import io.github.dockerimageexporter.cli.text.ImageChain;
import io.github.dockerimageexporter.cli.text.ImageSearch;
import io.github.dockerimageexporter.cli.text.PlanScript;
import io.github.dockerimageexporter.cli.text.ReportTable;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.exporter.http.Statuses;
import io.github.dockerimageexporter.exporter.metrics.Expositions;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.page.PageQuery;
import io.github.dockerimageexporter.page.StatusPage;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.report.ReportDocument;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Two images of three layers in a store of another kind, through all that shows one.
class TinyStoreTest {
  private static final Path ROOT = Path.of("/var/lib/docker");
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final ImageId APP = new ImageId(Digest.of("app"));
  private static final ImageId TOOL = new ImageId(Digest.of("tool"));
  private static final ChainId BASE = chainId("base");
  private static final ChainId TOP = chainId("base", "top");

  private static final Check<TinySnapshot> FORGOTTEN =
      Check.of(
          TinySnapshot.class,
          Scope.STORE,
          Basis.LEFTOVERS,
          Map.of(Kind.LAYER_UNREFERENCED, Set.of(Need.LAYERS)),
          (store, _) ->
              store.forgotten().stream()
                  .map(layer -> new Problem.LayerUnreferenced(layer, TinySnapshot.DATABASE)));

  private final Checker checker =
      new Checker(List.of(SharedChecks.ALL, GraphDriverChecks.ALL, List.of(FORGOTTEN)));
  private final Map<ImageId, Image> images = new TreeMap<>();
  private final Map<ChainId, Layer> layers = new TreeMap<>();
  private final Map<ChainId, LayerDirectory> directories = new TreeMap<>();
  private Set<ChainId> forgotten = Set.of();
  private Unreadable unreadable = Unreadable.NOTHING;

  TinyStoreTest() {
    images.put(APP, image(APP, List.of(manifest("amd64", "base", "top"))));
    images.put(TOOL, image(TOOL, List.of(manifest("amd64", "tool"))));
    layer(1000, "base");
    layer(200, "base", "top");
    layer(30, "tool");
  }

  @Test
  void soundStoreHasNoProblem() throws IOException {
    assertThat(problems()).isEmpty();
    assertThat(table())
        .isEqualTo(
            """
            /var/lib/docker: graphdriver

            tiny: 2 images, 3 layers, no problems

              3 directories, 12.29kB on disk
            """);
    assertThat(page()).contains("All images intact").contains("2 images and 3 layers checked");
    assertThat(report()).contains("\"driver\":\"tiny\"").contains("\"problems\":[]");
  }

  @Test
  void sizesFollowItsOwnRules() throws IOException {
    assertThat(series("docker_image_size_bytes").lines())
        .containsExactlyInAnyOrder(
            "docker_image_size_bytes{driver=\"tiny\",image_id=\"%s\",} 600.0".formatted(APP),
            "docker_image_size_bytes{driver=\"tiny\",image_id=\"%s\",} 15.0".formatted(TOOL));
    assertThat(series("docker_store_images_size_bytes"))
        .isEqualTo("docker_store_images_size_bytes{driver=\"tiny\",} 615.0");
    assertThat(series("docker_store_images_reclaimable_bytes")).isEmpty();
    assertThat(inspect("app:1")).contains("image:      " + APP).contains("unique:     600 ");
  }

  @Test
  void lostLayerIsToldByTheSharedChecks() throws IOException {
    layers.remove(BASE);

    assertThat(problems()).containsExactly(new Problem.LayerMissing(BASE, TinySnapshot.DATABASE));
    assertThat(series("docker_image_chain_consistent").lines())
        .containsExactlyInAnyOrder(
            "docker_image_chain_consistent{driver=\"tiny\",image_id=\"%s\",} 0.0".formatted(APP),
            "docker_image_chain_consistent{driver=\"tiny\",image_id=\"%s\",} 1.0".formatted(TOOL));
    assertThat(page()).contains("1 of 2 images is damaged").contains(TinySnapshot.DATABASE);
    assertThat(inspect("app:1")).contains("layer_missing");
    assertThat(report()).contains("\"path\":\"tiny/store.db\"");
  }

  @Test
  void everyPlatformOfAnImageIsCheckedAndShown() throws IOException {
    images.put(
        APP,
        image(
            APP, List.of(manifest("amd64", "base", "top"), manifest("arm64", "base", "foreign"))));

    assertThat(problems())
        .containsExactly(
            new Problem.LayerMissing(chainId("base", "foreign"), TinySnapshot.DATABASE));
    assertThat(observe().consistency().of(APP)).isEqualTo(Consistency.INCONSISTENT);
    assertThat(page()).contains("<figcaption>Layer chain of app:1 (linux/arm64)</figcaption>");
    assertThat(inspect("app:1"))
        .contains("\nplatform:   linux/amd64\n", "\nplatform:   linux/arm64\n")
        .contains("\n2       layer_missing ");
  }

  @Test
  void lostDirectoryIsToldByTheSharedChecks() {
    directories.put(TOP, directory("top", Content.ABSENT));

    assertThat(problems())
        .containsExactly(new Problem.LayerDirectoryMissing(TOP, "tiny/layers/top", false));
  }

  @Test
  void checksOfItsOwnKindAreAskedAfterTheOthers() throws IOException {
    forgotten = Set.of(TOP);

    assertThat(problems())
        .containsExactly(new Problem.LayerUnreferenced(TOP, TinySnapshot.DATABASE));
    assertThat(table()).contains("layer_unreferenced");
  }

  /// No check of this store can tell of a mount, and none of them ever says that there is none.
  @Test
  void kindsThatNoCheckOfItsKindTellsAreNotExported() throws IOException {
    assertThat(series("docker_store_problems"))
        .contains("problem=\"layer_missing\",impact=\"unusable\",} 0.0")
        .contains("problem=\"layer_unreferenced\",impact=\"waste\",} 0.0")
        .doesNotContain("mount_invalid")
        .doesNotContain("overlay_link_invalid");
  }

  @Test
  void whatItCannotListIsUnknown() throws IOException {
    unreadable =
        new Unreadable(
            Set.of(StorePart.LAYERS), Set.of(), Set.of(), Map.of("tiny/store.db", "torn"));

    assertThat(series("docker_image_chain_consistent")).isEmpty();
    assertThat(series("docker_store_problems"))
        .doesNotContain("problem=\"layer_")
        .contains("problem=\"image_config_invalid\",impact=\"unusable\",} 0.0");
    assertThat(series("docker_store_layers")).isEmpty();
    assertThat(inspect("app:1")).contains("unknown");
    assertThat(table()).contains("tiny/store.db");
  }

  @Test
  void noPlanIsMadeForIt() {
    layers.remove(BASE);
    Observation seen = observation();

    assertThat(PlanScript.of(seen, seen.stores().getFirst(), List.of()))
        .isEqualTo("# tiny: no plan: stores of this kind cannot be repaired by one\n");
  }

  private List<Problem> problems() {
    return observe().report().findings().stream().map(Finding::problem).toList();
  }

  private String series(String family) throws IOException {
    return Expositions.series(family, observation());
  }

  private String table() {
    var out = new StringWriter();
    new ReportTable(observation(), new PlanCommand(List.of())).print(new PrintWriter(out, true));
    return out.toString();
  }

  private String inspect(String image) {
    var out = new StringWriter();
    new ChainTable(ImageChain.of(ImageSearch.find(observation(), image)))
        .print(new PrintWriter(out, true), false);
    return out.toString();
  }

  private String page() {
    var html = new StringBuilder();
    new StatusPage(
            new StatusPage.About(
                "1.2.3", "abc123", "/metrics", "host-1", new PlanCommand(List.of())))
        .write(Optional.of(observation()), Statuses.good(), PageQuery.NONE, html);
    return html.toString();
  }

  private String report() throws IOException {
    var bytes = new ByteArrayOutputStream();
    ReportDocument.of(observation()).writeTo(bytes);
    return bytes.toString(StandardCharsets.UTF_8).replaceAll("[\\s]", "");
  }

  private Observation observation() {
    return new Observation(ROOT, DataRootState.GRAPHDRIVER, "", NOON, List.of(observe()), Map.of());
  }

  private ObservedStore observe() {
    List<Reference> references =
        List.of(new Reference("app:1", APP.toString()), new Reference("tool:1", TOOL.toString()));
    var store =
        new TinySnapshot(
            Parts.images(images),
            Parts.ofChains(layers),
            references,
            Parts.ofChains(directories),
            forgotten,
            unreadable);
    var graph = LayerGraph.of(store);
    var context = CheckContext.of(graph, StatedEvidence.NONE, NOON, Set.of());
    List<Problem> problems = checker.check(store, context);
    Map<Path, DirectoryUsage> usages = new HashMap<>();
    directories
        .values()
        .forEach(each -> usages.put(each.path(), new DirectoryUsage(1, 4096, 2, 0)));
    return ObservedStore.of(store, graph, checker.report(store, context, problems))
        .withUsages(Parts.usages(usages));
  }

  private static Image image(ImageId id, List<ImageManifest> manifests) {
    return new Image(
        id, id.digest(), manifests, Optional.of(NOON), Optional.empty(), Optional.empty());
  }

  private static ImageManifest manifest(String architecture, String... words) {
    return new ImageManifest(
        new Platform("linux", architecture, ""),
        new RootFs(Arrays.stream(words).map(SampleStore::diffId).toList()));
  }

  private void layer(long sizeBytes, String... words) {
    ChainId id = chainId(words);
    String name = words[words.length - 1];
    Optional<ChainId> parent =
        words.length == 1
            ? Optional.empty()
            : Optional.of(chainId(Arrays.copyOf(words, words.length - 1)));
    layers.put(id, Layer.of(id, diffId(name), parent, cacheId(words), sizeBytes));
    directories.put(id, directory(name, Content.PRESENT));
  }

  private static LayerDirectory directory(String name, Content content) {
    return new LayerDirectory(
        ROOT.resolve("tiny/layers").resolve(name), "tiny/layers", "", content);
  }
}

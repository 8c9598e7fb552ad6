package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.Expositions.series;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.imageId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.golden.Golden;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricFamiliesTest {
  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void twoImagesOnOneBase() {
    store.image("app", "base:100", "app:20");
    store.image("web", "base:100", "web:3");
    store.reference("app:1", "app").reference("web:1", "web");
  }

  @Test
  void wholeExpositionOfAStore() throws IOException {
    store.child("intermediate", "app", "base:100");
    store.child("dangling", "web", "base:100", "loose:7");
    store.container("c1", "app");
    store.measured("base", 90, 4096, 3).measured("app", 20, 8192, 2);
    store.hides(chain("base"), Map.of()).hides(chain("base", "app"), Map.of(chain("base"), 30L));
    store.invalidImage("broken").invalidLayer("bad");

    Golden.assertMatches(Expositions.text(store.observation()), "exposition.txt");
  }

  @Test
  void everyFamilyIsInTheTable() throws IOException {
    Golden.assertSection(MetricTable.markdown(), Path.of("docs", "metrics.md"), "metrics");
  }

  @Test
  void everyCollectedFamilyIsInTheTable() {
    var names = MetricFamilies.all().stream().map(MetricFamily::name).toList();

    assertThat(names)
        .doesNotHaveDuplicates()
        .containsAll(
            new MetricFamilies(Expositions.EVERYTHING)
                .samples(store.observation()).stream()
                    .map(family -> family.getNames()[0])
                    .toList());
  }

  @Test
  void imageWithoutOneOfItsLayersHasNoSize() throws IOException {
    store.without(chain("base", "app"));

    assertThat(series("docker_image_size_bytes", store.observation()))
        .isEqualTo(image("docker_image_size_bytes", "web", "103.0"));
  }

  @Test
  void sharedAndUniqueSizeMakeTheSize() throws IOException {
    store.without(chain("base", "web"));
    String text = Expositions.text(store.observation());

    assertThat(series("docker_image_shared_size_bytes", text))
        .isEqualTo(image("docker_image_shared_size_bytes", "app", "100.0"));
    assertThat(series("docker_image_unique_size_bytes", text))
        .isEqualTo(image("docker_image_unique_size_bytes", "app", "20.0"));
  }

  @Test
  void layerUnderTwoImagesCountsOnceInTheirSize() throws IOException {
    assertThat(series("docker_store_images_size_bytes", store.observation()))
        .isEqualTo("docker_store_images_size_bytes{driver=\"overlay2\",} 123.0");
  }

  @Test
  void onlyImagesWithoutContainerAreReclaimable() throws IOException {
    store.container("c1", "app");

    assertThat(series("docker_store_images_reclaimable_bytes", store.observation()))
        .isEqualTo("docker_store_images_reclaimable_bytes{driver=\"overlay2\",} 3.0");
  }

  @Test
  void diskBytesOfAnImageWaitForItsLastLayer() throws IOException {
    store.measured("base", 0, 4096, 1);
    assertThat(series("docker_image_disk_bytes", store.observation())).isEmpty();

    store.measured("web", 0, 8192, 1);
    assertThat(series("docker_image_disk_bytes", store.observation()))
        .isEqualTo(image("docker_image_disk_bytes", "web", "12288.0"));
  }

  @Test
  void hiddenBytesOfAnImageWaitForItsLastLayer() throws IOException {
    store.hides(chain("base", "app"), Map.of(chain("base"), 30L));
    assertThat(series("docker_image_hidden_bytes", store.observation())).isEmpty();

    store.hides(chain("base"), Map.of());
    assertThat(series("docker_image_hidden_bytes", store.observation()))
        .isEqualTo(image("docker_image_hidden_bytes", "app", "30.0"));
  }

  @Test
  void diskBytesOfAnOwnerWaitForItsLastDirectory() throws IOException {
    var mount = "docker_store_directory_disk_bytes{driver=\"overlay2\",owner=\"mount\",}";
    store.directory("one", Owner.MOUNT).directory("two", Owner.MOUNT).measured("one", 0, 512, 1);
    assertThat(Expositions.text(store.observation())).doesNotContain(mount);

    store.measured("two", 0, 1024, 1);
    assertThat(Expositions.text(store.observation())).contains(mount + " 1536.0");
  }

  @Test
  void containersHaveSeriesOnDemandOnly() throws IOException {
    store.container("c1", "app");

    assertThat(Expositions.text(store.observation(), CollectorOptions.DEFAULT))
        .doesNotContain("docker_container_");
  }

  @Test
  void aWritableLayerIsMeasuredWithoutTheLayerBelowIt() throws IOException {
    store.container("c1", "app").measured("c1-init", 0, 4096, 1);
    assertThat(series("docker_container_writable_disk_bytes", store.observation())).isEmpty();

    store.measured("c1", 0, 8192, 2);
    assertThat(series("docker_container_writable_disk_bytes", store.observation()))
        .isEqualTo(
            "docker_container_writable_disk_bytes{driver=\"overlay2\",container_id=\"c1\",}"
                + " 8192.0");
  }

  @Test
  void unreadablePathsOfTheStoreAndOfItsDirectoriesAddUp() throws IOException {
    store.unknown(StorePart.CONTAINERS).measured("base", new DirectoryUsage(1, 1, 1, 5));

    assertThat(series("docker_store_unreadable_paths", store.observation()))
        .isEqualTo("docker_store_unreadable_paths{driver=\"overlay2\",} 6.0");
  }

  @Test
  void brokenLayerMakesEveryChainAboveItInconsistent() throws IOException {
    store.withoutContent(chain("base", "app"));
    String text = Expositions.text(store.observation());

    assertThat(text)
        .contains(image("docker_image_chain_consistent", "app", "0.0"))
        .contains(image("docker_image_chain_consistent", "web", "1.0"))
        .contains(layer("docker_layer_chain_consistent", chain("base"), "1.0"))
        .contains(layer("docker_layer_chain_consistent", chain("base", "app"), "0.0"));
  }

  @Test
  void problemsAreCountedBehindEveryImageThatTheyTouch() throws IOException {
    store.image("tool", "tool:7");
    store.withoutContent(chain("base")).withoutContent(chain("base", "app"));

    assertThat(series("docker_image_problems", store.observation()).lines())
        .containsExactlyInAnyOrder(problems("app", "2.0"), problems("web", "1.0"));
  }

  private static String problems(String image, String count) {
    return "docker_image_problems{driver=\"overlay2\",image_id=\"%s\",impact=\"unusable\",} %s"
        .formatted(imageId(image), count);
  }

  @Test
  void hostileNamesStayOneSeriesEach() throws IOException {
    store.reference("a\u0000\ud800\"\\\nb:1", "app").reference("a\ufffd\ufffd\"\\\nb:1", "app");
    store.reference("a\u001b\u202e\u2028b:1", "app");

    assertThat(series("docker_image_reference_info", store.observation()).lines())
        .containsExactlyInAnyOrder(
            reference("app", "app"),
            reference("web", "web"),
            reference("app", "a\u001b\u202e\u2028b"),
            reference("app", "a\ufffd\ufffd\\\"\\\\\\nb"));
  }

  @Test
  void noSeriesIsThereTwice() throws IOException {
    var other = new StoreFixture("vfs");
    other.image("app", "base:100", "app:20");
    other.invalidImage("broken").invalidLayer("bad");
    store.reference("app:1", "app");
    var seen = new HashSet<String>();

    assertThat(
            Expositions.text(StoreFixture.observation(store, other))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .filter(line -> !seen.add(line)))
        .isEmpty();
  }

  @Test
  void everySwitchedOffFamilyIsGone() throws IOException {
    String text =
        Expositions.text(store.observation(), new CollectorOptions(false, false, false, 1));

    assertThat(text).doesNotContain("docker_layer_", "docker_image_layer_info");
  }

  private static String image(String family, String name, String value) {
    return "%s{driver=\"overlay2\",image_id=\"%s\",} %s".formatted(family, imageId(name), value);
  }

  private static String layer(String family, Object chainId, String value) {
    return "%s{driver=\"overlay2\",chain_id=\"%s\",} %s".formatted(family, chainId, value);
  }

  private static String reference(String image, String repository) {
    return ("docker_image_reference_info{driver=\"overlay2\",image_id=\"%s\",repository=\"%s\","
            + "tag=\"1\",digest=\"\",} 1.0")
        .formatted(imageId(image), repository);
  }
}

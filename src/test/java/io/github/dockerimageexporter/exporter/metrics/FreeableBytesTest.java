package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.imageId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StorePart;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What removing an image would free: a store of two images on one base, in which each test changes
/// one thing that keeps a layer or an image.
class FreeableBytesTest {
  private static final OptionalLong UNKNOWN = OptionalLong.empty();

  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void twoImagesOnOneBase() {
    store.image("app", "base:100", "app:20");
    store.image("web", "base:100", "web:3");
    store.reference("app:1", "app").reference("web:1", "web");
    store.measured("base", 90, 4096, 3);
    store.measured("app", 20, 8192, 2).measured("web", 3, 512, 2);
  }

  @Test
  void layersOfNoOtherImageAreFreed() {
    assertThat(freeable("app")).hasValue(8192);
  }

  @Test
  void allOfItsNamesGo() {
    store.reference("app:2", "app");

    assertThat(freeable("app")).hasValue(8192);
  }

  @Test
  void containerKeepsItsImage() {
    store.container("c1", "app");

    assertThat(freeable("app")).hasValue(0);
    assertThat(freeable("web")).hasValue(512);
  }

  @Test
  void mountOfAnImageThatIsGoneKeepsItsLayers() {
    store.container("c1", "app").withoutContainer("c1");

    assertThat(freeable("app")).hasValue(0);
  }

  @Test
  void childForbidsTheRemovalOfItsParent() {
    store.child("child", "app", "base:100", "app:20", "child:1");
    store.reference("child:1", "child").measured("child", 1, 256, 1);

    assertThat(freeable("app")).hasValue(0);
    assertThat(freeable("child")).hasValue(256);
  }

  @Test
  void intermediatesOfItsBuildGoWithIt() {
    store.image("step", "step:1");
    store.child("built", "step", "step:1", "built:1");
    store.reference("built:1", "built").measured("step", 1, 1024, 1).measured("built", 1, 2048, 1);

    assertThat(freeable("built")).hasValue(1024 + 2048);
    assertThat(freeable("step")).hasValue(0);
  }

  @Test
  void intermediateOfTwoBuildsStays() {
    store.image("step", "step:1");
    store.child("one", "step", "step:1", "one:1");
    store.child("two", "step", "step:1", "two:1");
    store.measured("step", 1, 1024, 1).measured("one", 1, 2048, 1);

    assertThat(freeable("one")).hasValue(2048);
  }

  @Test
  void buildCacheKeepsItsLayersAndThoseBelow() {
    store.image("tool", "low:1", "high:1");
    store.measured("low", 1, 1024, 1).measured("high", 1, 2048, 1);
    assertThat(freeable("tool")).hasValue(1024 + 2048);

    store.cached(chain("low"));
    assertThat(freeable("tool")).hasValue(2048);

    store.cached(chain("low", "high"));
    assertThat(freeable("tool")).hasValue(0);
  }

  @Test
  void layerOfNoImageKeepsTheOneThatItStandsOn() {
    store.image("gone", "base:100", "app:20", "gone:1");
    store.withoutImage("gone");

    assertThat(freeable("app")).hasValue(0);
  }

  @Test
  void nothingIsSaidUntilWhatWouldGoIsMeasured() {
    store.image("new", "new:1");

    assertThat(freeable("new")).isEqualTo(UNKNOWN);
    assertThat(freeable("app")).hasValue(8192);
  }

  @Test
  void nothingIsSaidOfAnImageThatDockerDoesNotLoad() {
    store.withoutContent(chain("base", "app"));

    assertThat(freeable("app")).isEqualTo(UNKNOWN);
    assertThat(freeable("web")).hasValue(512);
  }

  @Test
  void nothingIsSaidWhileAnotherUserMayBeUnread() {
    assertThat(freeableWithout(StorePart.CONTAINERS)).isEqualTo(UNKNOWN);
    assertThat(freeableWithout(StorePart.MOUNTS)).isEqualTo(UNKNOWN);
    assertThat(freeableWithout(StorePart.REFERENCES)).isEqualTo(UNKNOWN);
    store.unknownCache();
    assertThat(freeable("app")).isEqualTo(UNKNOWN);
  }

  private OptionalLong freeableWithout(StorePart part) {
    var other = new StoreFixture();
    other.image("app", "app:20");
    other.measured("app", 20, 8192, 2).unknown(part);
    return freeable(other, "app");
  }

  private OptionalLong freeable(String image) {
    return freeable(store, image);
  }

  private static OptionalLong freeable(StoreFixture store, String name) {
    ObservedStore observed = store.observe();
    Image image = observed.store().images().get(imageId(name));
    return image == null ? UNKNOWN : new Inventory(observed).freeableBytesOf(image);
  }
}

package io.github.dockerimageexporter.cli.text;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.imageId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What `inspect` says of an image that could not be read to the end.
class ImageChainTest {
  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void oneImage() {
    store.image("app", "base:100", "mid:5", "app:20");
    store.reference("app:1", "app");
  }

  @Test
  void chainOverALayerThatCannotBeReadIsUnknown() {
    store.unreadable(chain("base", "mid"));

    assertThat(inspect("app:1").toJson())
        .contains("\"consistent\":null")
        .contains("\"state\":\"consistent\"", "\"state\":\"unreadable\"", "\"state\":\"unknown\"");
    assertThat(table("app:1")).contains("state:      unknown\n");
  }

  @Test
  void imageWhoseConfigurationCannotBeReadIsFoundByItsIdAndUnknown() {
    store.unreadableImage("app");

    assertThat(table(imageId("app").toString())).contains("state:      unknown\n");
  }

  @Test
  void uniqueIsAsRecordedAndFreeableAsMeasured() {
    store.image("web", "base:100", "web:3");
    store.measured("app", 20, 8192, 2).measured("mid", 5, 4096, 2);

    assertThat(table("app:1"))
        .contains("unique:     25 (recorded bytes that only this image has)\n")
        .contains(
            "freeable:   12288 (bytes on disk you get back by removing the image with all its"
                + " names)\n");
  }

  @Test
  void freeableIsADashWhileItIsNotMeasured() {
    assertThat(table("app:1")).contains("unique:     125 (", "freeable:   - (");
  }

  @Test
  void whatIsHiddenIsShownForTheImageAndForEachLayer() {
    store.hides(chain("base"), Map.of()).hides(chain("base", "mid"), Map.of(chain("base"), 30L));
    assertThat(inspect("app:1").toJson())
        .contains("\"hiddenBytes\":null")
        .doesNotContain("\"hiddenBytes\":30");
    assertThat(table("app:1")).doesNotContain("hidden:");

    store.hides(chain("base", "mid", "app"), Map.of(chain("base"), 7L, chain("base", "mid"), 5L));

    assertThat(table("app:1"))
        .contains("hidden:     42 (bytes in lower layers that an upper one replaces or removes)\n")
        .containsPattern("\\n1 .* 100 +- +37 ")
        .containsPattern("\\n2 .* 5 +- +5 ")
        .containsPattern("\\n3 .* 20 +- +0 ");
  }

  @Test
  void problemOfSeveralImagesIsShownForEachOfThem() {
    store.child("one", "gone", "base:100");
    store.child("two", "gone", "base:100");

    assertThat(inspect(imageId("one").toString()).toJson()).contains("image_parent_dangling");
    assertThat(inspect(imageId("two").toString()).toJson()).contains("image_parent_dangling");
  }

  private String table(String name) {
    var text = new StringWriter();
    new ChainTable(inspect(name)).print(new PrintWriter(text), true);
    return text.toString();
  }

  private ImageChain inspect(String name) {
    return ImageChain.of(ImageSearch.find(store.observation(), name));
  }
}

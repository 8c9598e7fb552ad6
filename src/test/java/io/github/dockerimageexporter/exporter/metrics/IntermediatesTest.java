package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.imageId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.Intermediates;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Intermediates stand behind the image that their build made.
class IntermediatesTest {
  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void buildOfThreeSteps() {
    store.image("base", "base:100");
    store.child("step1", "base", "base:100", "a:1");
    store.child("step2", "step1", "base:100", "a:1", "b:1");
    store.child("app", "step2", "base:100", "a:1", "b:1", "c:1");
    store.reference("base:1", "base").reference("app:1", "app");
  }

  @Test
  void imageWithItsIntermediatesIsOne() {
    assertThat(described("step1", "app", "step2", "base"))
        .containsExactlyInAnyOrder("app and 2 intermediates", "base");
  }

  @Test
  void intermediateAloneNamesItsImage() {
    assertThat(described("step1")).containsExactly("1 intermediate of app");
  }

  @Test
  void imagesWithANameComeFirst() {
    store.image("loose", "loose:1");

    assertThat(described("loose", "app")).containsExactly("app", "loose");
  }

  @Test
  void intermediateOfTwoImagesCountsOnce() {
    store.child("other", "step1", "base:100", "a:1", "d:1");
    store.reference("other:1", "other");

    assertThat(described("step1", "step2", "app", "other"))
        .isIn(
            List.of("app and 2 intermediates", "other"),
            List.of("other and 1 intermediate", "app and 1 intermediate"));
  }

  @Test
  void parentsInARingBelongToNoImage() {
    store.child("ring1", "ring2", "r:1");
    store.child("ring2", "ring1", "r:1");

    assertThat(described("ring1", "ring2")).containsExactly("ring1", "ring2");
  }

  private List<String> described(String... names) {
    return Intermediates.of(store.observe().store())
        .behindTheirImages(Stream.of(names).map(StoreFixture::imageId).toList())
        .stream()
        .map(group -> group.describe(nameOf(group.image())))
        .toList();
  }

  private static String nameOf(ImageId image) {
    return Stream.of("base", "step1", "step2", "app", "other", "loose", "ring1", "ring2")
        .filter(name -> imageId(name).equals(image))
        .findFirst()
        .orElseThrow();
  }
}

package io.github.dockerimageexporter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.demo.SampleStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What Docker takes for a configuration is one here.
class ImageConfigTest {
  private static final String ROOTFS =
      "\"rootfs\":{\"diff_ids\":[\"%s\"]}".formatted(SampleStore.diffId("base"));

  @Test
  void namesOfFieldsMayBeInAnyCase() {
    String text = "{\"OS\":\"linux\"," + ROOTFS.replace("rootfs", "RootFS") + "}";
    ImageConfig config = parse(text.replace("diff_ids", "Diff_IDs"));

    assertThat(config.platform().os()).isEqualTo("linux");
    assertThat(config.diffIds()).containsExactly(SampleStore.diffId("base"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2024-05-06T07:08:09.0000000001Z", "2024-05-06T07:08:09+19:00"})
  void aTimeThatOnlyGoReadsIsNone(String created) {
    assertThat(parse("{\"created\":\"%s\",%s}".formatted(created, ROOTFS)).created()).isEmpty();
  }

  @Test
  void theYearOneStandsForNoTime() {
    assertThat(parse("{\"created\":\"0001-01-01T00:00:00Z\",%s}".formatted(ROOTFS)).created())
        .isEmpty();
  }

  @Test
  void aTimeIsRead() {
    assertThat(parse("{\"created\":\"2024-05-06T07:08:09Z\",%s}".formatted(ROOTFS)).created())
        .contains(Instant.parse("2024-05-06T07:08:09Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"rootfs\":null}",
        "{\"rootfs\":{\"diff_ids\":\"none\"}}",
        "{\"rootfs\":{\"diff_ids\":[1]}}",
        "{\"rootfs\":{\"diff_ids\":[\"sha256:12\"]}}",
        "{\"os\":1,\"rootfs\":{}}"
      })
  void whatDockerDropsIsNone(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private static ImageConfig parse(String text) {
    return ImageConfig.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}

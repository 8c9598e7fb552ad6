package io.github.dockerimageexporter.store.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Docker takes for a configuration is one here.
class ImageConfigTest {
  private static final String ROOTFS =
      "\"rootfs\":{\"diff_ids\":[\"%s\"]}".formatted(SampleStore.diffId("base"));

  @Test
  void namesOfFieldsMayBeInAnyCase() throws Exception {
    String text = "{\"OS\":\"linux\"," + ROOTFS.replace("rootfs", "RootFS") + "}";
    ImageConfig config = parse(text.replace("diff_ids", "Diff_IDs"));

    assertThat(config.platform().os()).isEqualTo("linux");
    assertThat(config.diffIds()).containsExactly(SampleStore.diffId("base"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-05-06T07:08:09.0000000001Z",
        "2024-05-06T07:08:09+19:00",
        "2024-05-06T07:08:09+01:60",
        "2024-05-06T7:08:09Z",
        "2024-05-06T07:08:09,5Z"
      })
  void aTimeThatOnlyGoReadsIsNone(String created) throws Exception {
    assertThat(parse("{\"created\":\"%s\",%s}".formatted(created, ROOTFS)).created()).isEmpty();
  }

  @Test
  void theYearOneStandsForNoTime() throws Exception {
    assertThat(parse("{\"created\":\"0001-01-01T00:00:00Z\",%s}".formatted(ROOTFS)).created())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2024-05-06T07:08:09Z, 2024-05-06T07:08:09Z",
    "2024-02-29T23:59:59.123456789Z, 2024-02-29T23:59:59.123456789Z",
    "2024-05-06T07:08:09.05+02:30, 2024-05-06T04:38:09.050Z",
    "2024-05-06T07:08:09-18:00, 2024-05-07T01:08:09Z"
  })
  void aTimeIsRead(String created, Instant time) throws Exception {
    assertThat(parse("{\"created\":\"%s\",%s}".formatted(created, ROOTFS)).created())
        .contains(time);
  }

  /// Each with a sound `rootfs` beside it.
  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.store.json.ConfigFields#TAKEN")
  void whatDockerTakesIsSound(String fields) throws Exception {
    assertThat(parse("{%s,%s}".formatted(fields, ROOTFS)).diffIds())
        .containsExactly(SampleStore.diffId("base"));
  }

  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.store.json.ConfigFields#REFUSED")
  void whatDockerDropsIsNone(String fields) {
    assertThatThrownBy(() -> parse("{%s,%s}".formatted(ROOTFS, fields)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "null", "1", "{\"rootf\":{}}", "{\"rootfs\":{\"diff_ids\":[null]}}"})
  void whatHasNoSoundRootfsIsNone(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anObjectThatComesTwiceGoesOn() throws Exception {
    assertThat(parse("{%s,\"rootfs\":{\"type\":\"layers\"}}".formatted(ROOTFS)).diffIds())
        .containsExactly(SampleStore.diffId("base"));
    assertThat(parse("{%s,\"rootfs\":{\"diff_ids\":null}}".formatted(ROOTFS)).diffIds()).isEmpty();
  }

  @Test
  void nineMegabytesOfLabelsAreRead() throws Exception {
    String labels = "\"config\":{\"Labels\":{\"a\":\"%s\"}}".formatted("x".repeat(9_000_000));

    assertThat(parse("{%s,%s}".formatted(labels, ROOTFS)).diffIds())
        .containsExactly(SampleStore.diffId("base"));
  }

  @Test
  void moreDiffIdsThanAnyImageHasAreBeyondALimit() {
    String diffIds = "\"%s\",".formatted(SampleStore.diffId("base")).repeat(1 << 17);

    assertThatThrownBy(
            () ->
                parse(
                    "{\"rootfs\":{\"diff_ids\":[%s\"%s\"]}}"
                        .formatted(diffIds, SampleStore.diffId("base"))))
        .isInstanceOf(BeyondLimitException.class)
        .hasMessage("found more than 131072 diff IDs, the limit here");
  }

  private static ImageConfig parse(String text) throws BeyondLimitException {
    return ImageConfig.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}

package io.github.dockerimageexporter.report;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.imageId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportQueryTest {
  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void addThreeImages() {
    store.image("shop", "base:100", "shop:20");
    store.image("till", "base:100", "till:30");
    store.image("redis", "redis:7");
    store.reference("Registry/shop:1", "shop").reference("till:1", "till");
    store.withoutContent(chain("base", "till"));
  }

  @Test
  void withoutParametersItIsTheWholeReport() throws IOException {
    JsonNode found = store(Map.of("unknown", "1"));

    assertThat(ids(found)).hasSize(3);
    assertThat(found.get("imagesFound").longValue()).isEqualTo(3);
    assertThat(found.get("problems")).hasSize(1);
  }

  @Test
  void imagesAreFoundByNameInAnyCase() throws IOException {
    assertThat(ids(store(Map.of("find", "registry SHOP"))))
        .containsExactly(imageId("shop").toString());
  }

  @Test
  void imagesAreFoundByTheirIdAndThatOfALayer() throws IOException {
    assertThat(ids(store(Map.of("find", imageId("redis").toString())))).hasSize(1);
    assertThat(ids(store(Map.of("find", chain("base").toString())))).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"layer_directory_missing", "unusable", "till:1", "does not exist"})
  void problemsAreFoundByWhatTheySayAndAffect(String words) throws IOException {
    assertThat(store(Map.of("find", words)).get("problems")).hasSize(1);
  }

  @Test
  void problemsOfOthersAreNotFound() throws IOException {
    assertThat(store(Map.of("find", "shop")).get("problems")).isEmpty();
  }

  @Test
  void imagesAreListedInParts() throws IOException {
    List<String> all = ids(store(Map.of()));

    JsonNode second = store(Map.of("offset", "1", "limit", "1"));

    assertThat(ids(second)).containsExactly(all.get(1));
    assertThat(second.get("imagesFound").longValue()).isEqualTo(3);
    assertThat(ids(store(Map.of("offset", "3")))).isEmpty();
    assertThat(ids(store(Map.of("limit", "0")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1.5", "1234567890"})
  void whatIsNotANumberIsRefused(String value) {
    assertThatThrownBy(() -> ReportQuery.of(Map.of("limit", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit: expected a number of at most nine digits");
  }

  @Test
  void searchesThatAreLongerThanANameAndADigestAreRefused() {
    assertThatThrownBy(() -> ReportQuery.of(Map.of("find", "a".repeat(401))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("find: expected at most 400 characters");
  }

  private JsonNode store(Map<String, String> parameters) throws IOException {
    var out = new ByteArrayOutputStream();
    ReportDocument.of(store.observation(), ReportQuery.of(parameters)).writeTo(out);
    return new JsonMapper().readTree(out.toByteArray()).at("/stores/0");
  }

  private static List<String> ids(JsonNode store) {
    return StreamSupport.stream(store.get("images").spliterator(), false)
        .map(image -> image.get("id").asText())
        .toList();
  }
}

package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.json.ConfigFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a real engine loads of documents at the edge of JSON is what is read of them: images,
/// containers and names.
@RequiresEngine
class AcceptedJsonIT {
  private static final String CONFIG = "config.v2.json";

  /// Fields beyond what other readers take, each in an object of its own.
  private static final List<String> LARGE =
      List.of(
          "\"config\":{\"Labels\":{\"%s\":\"x\"}}".formatted("n".repeat(60_000)),
          "\"config\":{\"Labels\":{\"a\":\"%s\"}}".formatted("x".repeat(9_000_000)),
          "\"x\":" + "1".repeat(1500),
          "\"x\":" + "[".repeat(9_999) + "]".repeat(9_999),
          "\"x\":" + "[".repeat(10_000) + "]".repeat(10_000));

  /// Of a container's own configuration.
  private static final List<UnaryOperator<String>> CONTAINERS =
      List.of(
          text -> text,
          text -> text + "{",
          text -> text.replace("\"Driver\"", "\"DRIVER\""),
          text -> text.replace("{\"", "{\"\\ud800\":1,\""),
          text -> "{\"x\":\"%s\",".formatted("x".repeat(9_000_000)) + text.substring(1),
          text -> "",
          text -> text.substring(0, 100),
          text -> "{}",
          text -> "null",
          text -> "[]",
          text -> text.replace("\"Driver\":\"overlay2\"", "\"Driver\":\"\""),
          text -> text.replace("\"ID\":\"", "\"ID\":\"f"));

  private static DockerEngine engine;

  @BeforeAll
  static void startEngineOnSample() throws IOException, InterruptedException {
    engine = DockerEngine.start("overlay2");
    engine.stop();
    for (String directory : List.of("image", "overlay2", "containers")) {
      DataRoots.remove(engine.dataRoot().resolve(directory));
    }
    var store = new SampleStore(engine.dataRoot());
    ImageId base = store.image("base:1", "base");
    Stream.of(ConfigFields.TAKEN, ConfigFields.REFUSED, LARGE)
        .flatMap(List::stream)
        .forEach(fields -> write(store, fields));
    for (int i = 0; i < CONTAINERS.size(); i++) {
      Path config = store.container(store.container("c" + i, base)).resolve(CONFIG);
      Files.writeString(config, CONTAINERS.get(i).apply(Files.readString(config)));
    }
    String name = "n".repeat(60_000);
    Files.writeString(
        store.repositories(),
        "{\"Repo\u017fitories\":{\"base\":{\"base:1\":\"%s\"},\"%s\":{\"%s:1\":\"%s\"}}}{"
            .formatted(base, name, name, base));
    engine.restart();
  }

  private static void write(SampleStore store, String fields) {
    String rootFs = "\"rootfs\":{\"diff_ids\":[\"%s\"]}".formatted(SampleStore.diffId("base"));
    String config = "{%s,%s}".formatted(rootFs, fields);
    try {
      Files.writeString(store.config(new ImageId(Digest.of(config))), config);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @AfterAll
  static void stopEngine() throws IOException {
    engine.close();
  }

  @Test
  void theImagesAreThoseThatTheEngineLoads() throws IOException, InterruptedException {
    assertThat(texts(read().images().keySet().stream().map(ImageId::toString)))
        .isEqualTo(texts(engine.docker("images", "--all", "--no-trunc", "--quiet").lines()))
        .hasSize(1 + ConfigFields.TAKEN.size() + LARGE.size() - 1);
  }

  @Test
  void theContainersAreThoseThatTheEngineLoads() throws IOException, InterruptedException {
    assertThat(texts(read().containers().stream().map(Container::id)))
        .isEqualTo(texts(engine.docker("ps", "--all", "--no-trunc", "--quiet").lines()))
        .hasSize(5);
    assertThat(read().invalidContainers()).hasSize(CONTAINERS.size() - 5);
  }

  @Test
  void theNamesAreThoseThatTheEngineLoads() throws IOException, InterruptedException {
    String names = engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}");

    assertThat(names.lines().filter(name -> !name.startsWith("<none>")))
        .containsExactlyElementsOf(read().references().stream().map(Reference::name).toList());
  }

  private static StoreSnapshot read() {
    return new StoreReader(engine.dataRoot()).read(Freshness.EVERY_FILE).stores().getFirst();
  }

  private static Set<String> texts(Stream<String> texts) {
    return texts.collect(toCollection(TreeSet::new));
  }
}

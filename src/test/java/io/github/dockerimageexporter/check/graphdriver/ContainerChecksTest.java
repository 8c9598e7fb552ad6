package io.github.dockerimageexporter.check.graphdriver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.CheckedStore;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A container that Docker does not load is a problem of its own, and nothing else is; what Docker
/// does with each form was tried with 20.10.
class ContainerChecksTest {
  private static final String CONFIG = "config.v2.json";

  @TempDir private Path dataRoot;
  private SampleStore store;
  private CheckedStore checked;
  private ImageId app;
  private String container;

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(dataRoot);
    checked = new CheckedStore(store);
    app = store.image("app:1", "base", "app");
    container = store.container("web", app);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|config.v2.json: not JSON: empty",
        "x|config.v2.json: not JSON: Unrecognized token 'x': was expecting (JSON String, Number,"
            + " Array, Object or token 'null', 'true' or 'false')",
        "[]|config.v2.json: the configuration: expected an object",
        "{\"ID\":\"other\"}|config.v2.json: ID: expected the directory's",
        "{\"ID\":1}|config.v2.json: ID: expected a string",
        "{}|config.v2.json: Driver: missing",
        "null|config.v2.json: Driver: missing"
      })
  void aConfigurationThatDockerDoesNotLoadIsInvalid(String text, String reason) throws IOException {
    Files.writeString(file(CONFIG), text);

    assertThat(checked.findingsWithoutGrace()).containsExactly(invalid(CONFIG, reason));
  }

  @Test
  void aConfigurationThatIsCutShortIsInvalid() throws IOException {
    String text = Files.readString(file(CONFIG));
    Files.writeString(file(CONFIG), text.substring(0, 100));

    assertThat(checked.findingsWithoutGrace())
        .map(finding -> finding.problem().kind())
        .containsExactly(Kind.CONTAINER_CONFIG_INVALID);
  }

  @Test
  void aDirectoryForTheConfigurationIsInvalid() throws IOException {
    Files.delete(file(CONFIG));
    Files.createDirectory(file(CONFIG));

    assertThat(checked.findingsWithoutGrace())
        .containsExactly(
            invalid(CONFIG, "config.v2.json: found a directory, expected a regular file"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|hostconfig.json: not JSON: empty",
        "null|hostconfig.json: expected an object, found null",
        "[]|hostconfig.json: the configuration: expected an object"
      })
  void aHostConfigurationThatDockerDoesNotLoadIsInvalid(String text, String reason)
      throws IOException {
    Files.writeString(file("hostconfig.json"), text);

    assertThat(checked.findingsWithoutGrace()).containsExactly(invalid("hostconfig.json", reason));
  }

  @Test
  void aContainerWithoutConfigurationIsInvalidPastTheGrace() throws IOException {
    Files.delete(file(CONFIG));

    assertThat(checked.findings()).isEmpty();
    assertThat(checked.findingsWithoutGrace())
        .containsExactly(invalid(CONFIG, "config.v2.json: missing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s{", "{\"x\":[%1$s],\"\\ud800\":1,%2$s", "{\"iD\":null,%2$s"})
  void whatDockerLoadsIsSound(String form) throws IOException {
    String text = Files.readString(file(CONFIG)).replace("\"Driver\"", "\"DRIVER\"");
    Files.writeString(file(CONFIG), form.formatted(text, text.substring(1)));

    assertThat(checked.findingsWithoutGrace()).isEmpty();
    assertThat(checked.read().containers())
        .containsExactly(new Container(container, "web", app, false));
    assertThat(checked.read().unreadable().reasons()).isEmpty();
  }

  @Test
  void aContainerOfAnotherDriverIsNotBlamedOnThisOne() throws IOException {
    var vfs = new SampleStore(dataRoot, "vfs");
    String other = vfs.container("other", vfs.image("other:1", "other"));
    Path config = vfs.container(other).resolve(CONFIG);
    Files.writeString(config, "");

    List<StoreSnapshot> stores = new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores();
    assertThat(stores)
        .map(each -> each.invalidContainers().keySet())
        .containsExactly(java.util.Set.of(), java.util.Set.of(other));
  }

  @Test
  void aContainerThatCannotBeLoadedNorPlacedIsUnreadable() throws IOException {
    String unknown = "f".repeat(64);
    Path config = Files.createDirectory(dataRoot.resolve("containers/" + unknown)).resolve(CONFIG);
    Files.writeString(config, "");

    assertThat(checked.findingsWithoutGrace()).isEmpty();
    assertThat(checked.read().unreadable().reasons())
        .isEqualTo(Map.of(checked.path(config), "config.v2.json: not JSON: empty"));
  }

  @Test
  void aConfigurationTooLongToReadIsUnreadable() throws IOException {
    try (var hole = new RandomAccessFile(file(CONFIG).toFile(), "rw")) {
      hole.setLength(10L << 30);
    }

    assertThat(checked.findingsWithoutGrace()).isEmpty();
    assertThat(checked.read().unreadable().reasons()).containsOnlyKeys(checked.path(file(CONFIG)));
  }

  @Test
  void aContainerOfNoImageThatHasAnIdIsUnreadable() throws IOException {
    String text = Files.readString(file(CONFIG));
    Files.writeString(file(CONFIG), text.replace("sha256:", "sha257:"));

    assertThat(checked.findingsWithoutGrace()).isEmpty();
    assertThat(checked.read().unreadable().reasons()).containsOnlyKeys(checked.path(file(CONFIG)));
  }

  private Path file(String name) {
    return store.container(container).resolve(name);
  }

  private Finding invalid(String name, String reason) {
    return new Finding(
        new Problem.ContainerConfigInvalid(container, checked.path(file(name)), reason), List.of());
  }
}

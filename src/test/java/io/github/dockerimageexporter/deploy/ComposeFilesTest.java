package io.github.dockerimageexporter.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The stacks for Compose and Swarm are valid, pinned, and ask for as little as they say.
class ComposeFilesTest {
  private static final String STACK = "compose/compose.yaml";

  /// Compose's first generation checks against the schema, but does not know the name of a project.
  @Requires(Requirement.COMPOSE)
  @ParameterizedTest
  @ValueSource(strings = {STACK, "compose/exporter.yaml", "swarm/stack.yaml"})
  void fileIsValid(String file) {
    Path path = DeployFiles.path(file);
    List<String> command =
        List.of(
            "sh",
            "-c",
            "sed '/^name:/d' \"$0\" | docker-compose --file - --project-directory \"$1\" config",
            path.toString(),
            String.valueOf(path.getParent()));

    assertThatCode(() -> new Program(Map.of("IMAGE", "exporter:1"), command).run())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {STACK, "compose/exporter.yaml", "swarm/stack.yaml"})
  void exporterHasNoCapabilityAndWritesNothing(String file) {
    JsonNode exporter = DeployFiles.read(file).at("/services/exporter");

    assertThat(exporter.get("cap_drop")).extracting(JsonNode::asText).containsExactly("ALL");
    assertThat(exporter.has("cap_add")).isFalse();
    assertThat(exporter.get("read_only").asBoolean()).isTrue();
    assertThat(exporter.get("volumes")).allMatch(ComposeFilesTest::isReadOnly);
  }

  private static boolean isReadOnly(JsonNode volume) {
    return volume.isTextual()
        ? volume.asText().matches(".*:ro(,rslave)?")
        : volume.get("read_only").asBoolean();
  }

  /// In the short form a source that is not there is made; in the long one, the container of some
  /// versions of Compose does not start.
  @ParameterizedTest
  @ValueSource(strings = {STACK, "compose/exporter.yaml"})
  void containerdIsMountedWhereItIsAndMayBeAbsent(String file) {
    String root = "${CONTAINERD_ROOT:-/var/lib/containerd}";

    assertThat(DeployFiles.read(file).at("/services/exporter/volumes"))
        .filteredOn(JsonNode::isTextual)
        .map(JsonNode::asText)
        .containsExactly(root + ":" + root + ":ro,rslave", "/etc/containerd:/etc/containerd:ro");
  }

  /// Swarm makes no directories, and where containerd's root is stands in the stack itself.
  @Test
  void swarmMountsTheDirectoriesThatDockersPackagesBring() {
    assertThat(DeployFiles.read("swarm/stack.yaml").at("/services/exporter/volumes"))
        .map(volume -> Map.entry(volume.get("source").asText(), volume.get("target").asText()))
        .containsExactly(
            Map.entry("/var/lib/docker", "/var/lib/docker"),
            Map.entry("/var/lib/containerd", "/var/lib/containerd"));
  }

  @Test
  void everyImageIsPinnedToARelease() {
    assertThat(services(STACK))
        .allMatch(service -> service.get("image").asText().matches(".+:v?\\d+\\.\\d+\\.\\d+"));
  }

  @Test
  void everyPortIsPublishedOnTheLoopbackAddressOnly() {
    assertThat(services(STACK).flatMap(service -> service.get("ports").valueStream()))
        .hasSize(4)
        .allMatch(port -> port.asText().startsWith("127.0.0.1:"));
  }

  @Test
  void whatIsNotOursHasAHealthCheck() {
    assertThat(services(STACK).filter(service -> !service.has("build")))
        .hasSize(3)
        .allMatch(service -> service.has("healthcheck"));
  }

  /// Docker would make a directory of a file that is not there.
  @Test
  void everyFileThatIsMountedIsThere() {
    Path directory = DeployFiles.path("compose");
    List<Path> mounted =
        services(STACK)
            .flatMap(service -> service.get("volumes").valueStream())
            .filter(JsonNode::isTextual)
            .map(volume -> volume.asText().split(":", -1)[0])
            .filter(source -> source.startsWith("."))
            .map(source -> directory.resolve(source).normalize())
            .toList();

    assertThat(mounted).hasSize(7).allSatisfy(file -> assertThat(file).exists());
  }

  @Test
  void prometheusFindsTheRulesWhereTheyAreMounted() {
    assertThat(services(STACK).flatMap(service -> service.get("volumes").valueStream()))
        .extracting(JsonNode::asText)
        .contains(
            "../prometheus/rules.yaml:/etc/prometheus/rules/rules.yaml:ro",
            "../prometheus/alerts.yaml:/etc/prometheus/rules/alerts.yaml:ro");
    assertThat(DeployFiles.read("compose/prometheus.yaml").at("/rule_files/0").asText())
        .isEqualTo("/etc/prometheus/rules/*.yaml");
  }

  private static Stream<JsonNode> services(String file) {
    return DeployFiles.read(file).get("services").valueStream();
  }
}

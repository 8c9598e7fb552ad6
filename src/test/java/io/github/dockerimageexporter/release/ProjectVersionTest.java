package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.deploy.DeployFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The version of pom.xml is that of all files that users copy, and its day that of the texts.
class ProjectVersionTest {
  /// In names of packages, directories and images.
  private static final Pattern IN_NAME =
      Pattern.compile("docker-image-exporter[:_-](\\d+\\.\\d+\\.\\d+)");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Dockerfile",
        "README.md",
        "docs/operations.md",
        "deploy/compose/compose.yaml",
        "deploy/compose/exporter.yaml",
        "deploy/swarm/stack.yaml"
      })
  void everyNameHasTheVersion(String file) throws IOException {
    assertThat(IN_NAME.matcher(Files.readString(Path.of(file))).results())
        .isNotEmpty()
        .extracting(name -> name.group(1))
        .containsOnly(ProjectVersion.name());
  }

  @Test
  void manifestsAndLabelHaveTheVersion() throws IOException {
    String version = ProjectVersion.name();

    assertThat(DeployFiles.read("kubernetes/kustomization.yaml").at("/images/0/newTag").asText())
        .isEqualTo(version);
    assertThat(Files.readString(Path.of("Dockerfile")))
        .contains("org.opencontainers.image.version=\"%s\"".formatted(version));
  }

  @Test
  void changelogOfTheDebianPackageBeginsWithTheVersionAndEndsWithItsDay() throws IOException {
    String day =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            LocalDate.parse(ProjectVersion.day()).atStartOfDay(ZoneOffset.UTC));
    String entry = Files.readString(Path.of("src/main/deb/changelog")).split("\n\n(?=\\S)", -1)[0];

    assertThat(entry)
        .startsWith("docker-image-exporter (%s) ".formatted(ProjectVersion.name()))
        .endsWith("  " + day.replace("GMT", "+0000"));
  }

  @Test
  void changelogHasASectionOfTheVersionWithItsDay() throws IOException {
    assertThat(Files.readAllLines(Path.of("CHANGELOG.md")))
        .contains("## %s - %s".formatted(ProjectVersion.name(), ProjectVersion.day()));
  }
}

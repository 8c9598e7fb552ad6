package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bill of materials has what is shipped, and nothing else.
@Requires(Requirement.RELEASE)
class SbomIT {
  private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");

  @TempDir private static Path directory;
  private static Path home;
  private static JsonNode sbom;

  @BeforeAll
  static void read() throws IOException, InterruptedException {
    sbom = new JsonMapper().readTree(ReleaseFiles.sbom().toFile());
    Path archive = ReleaseFiles.archive();
    Program.of("tar", "-xzf", archive.toString(), "-C", directory.toString()).run();
    home = directory.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
  }

  @Test
  void programHasItsVersion() throws IOException, InterruptedException {
    String version =
        Program.of(home.resolve("bin/docker-image-exporter").toString(), "--version").run();

    assertThat(sbom.get("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(sbom.at("/metadata/component/name").asText()).isEqualTo("docker-image-exporter");
    assertThat(version)
        .startsWith(
            "docker-image-exporter, version " + sbom.at("/metadata/component/version").asText());
  }

  @Test
  void librariesAreThoseThatAreShippedWithTheirSums() throws IOException, InterruptedException {
    var listed = new TreeMap<String, String>();
    for (JsonNode library : components("library")) {
      listed.put(jarOf(library), sum(library, "SHA-256"));
    }

    var shipped = new TreeMap<String, String>();
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      for (Path jar : files.filter(SbomIT::isLibrary).toList()) {
        String line = Program.of("sha256sum", jar.toString()).run();
        shipped.put(jar.getFileName().toString(), line.substring(0, 64));
      }
    }
    assertThat(listed).isNotEmpty().isEqualTo(shipped);
  }

  @Test
  void everyLibraryHasALicenceAndAnAddress() {
    assertThat(components("library"))
        .isNotEmpty()
        .allSatisfy(
            library -> {
              assertThat(library.get("licenses")).isNotEmpty();
              assertThat(library.get("purl").asText()).startsWith("pkg:maven/");
            });
  }

  @Test
  void javaRuntimeIsTheOneThatIsShipped() throws IOException, InterruptedException {
    Map<String, String> settings = settingsOfTheRuntime();
    List<JsonNode> runtimes = components("platform");

    assertThat(runtimes).hasSize(1);
    JsonNode runtime = runtimes.getFirst();
    assertThat(runtime.get("publisher").asText()).isEqualTo(settings.get("java.vendor"));
    assertThat(runtime.get("version").asText()).isEqualTo(settings.get("java.runtime.version"));
    assertThat(runtime.get("cpe").asText())
        .isEqualTo(
            "cpe:2.3:a:oracle:openjdk:%s:*:*:*:*:*:*:*".formatted(settings.get("java.version")));
    assertThat(home.resolve("runtime/release"))
        .content()
        .contains("MODULES=\"" + runtime.at("/properties/0/value").asText() + "\"");
  }

  /// What is in a bill, but nothing depends on, is no part of the program to those who read it.
  @Test
  void programDependsOnTheJavaRuntime() {
    String program = sbom.at("/metadata/component/bom-ref").asText();
    String runtime = components("platform").getFirst().get("bom-ref").asText();

    assertThat(sbom.get("dependencies"))
        .filteredOn(dependency -> dependency.get("ref").asText().equals(program))
        .singleElement()
        .satisfies(
            dependency ->
                assertThat(dependency.get("dependsOn"))
                    .extracting(JsonNode::asText)
                    .contains(runtime));
  }

  private static Map<String, String> settingsOfTheRuntime()
      throws IOException, InterruptedException {
    var settings = new TreeMap<String, String>();
    Program.of(home.resolve("runtime/bin/java").toString(), "-XshowSettings:properties", "-version")
        .outcome()
        .complaints()
        .lines()
        .map(line -> line.strip().split(" = ", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> settings.put(pair[0], pair[1]));
    return settings;
  }

  private static List<JsonNode> components(String type) {
    return sbom.get("components")
        .valueStream()
        .filter(component -> component.get("type").asText().equals(type))
        .toList();
  }

  /// As Maven calls a library's file: name, version, and classifier if it has one.
  private static String jarOf(JsonNode library) {
    Matcher classifier = CLASSIFIER.matcher(library.get("purl").asText());
    return "%s-%s%s.jar"
        .formatted(
            library.get("name").asText(),
            library.get("version").asText(),
            classifier.find() ? "-" + classifier.group(1) : "");
  }

  private static String sum(JsonNode component, String algorithm) {
    return component
        .get("hashes")
        .valueStream()
        .filter(hash -> hash.get("alg").asText().equals(algorithm))
        .map(hash -> hash.get("content").asText())
        .findFirst()
        .orElse("none");
  }

  private static boolean isLibrary(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".jar") && !name.equals("docker-image-exporter.jar");
  }
}

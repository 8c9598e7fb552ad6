package io.github.dockerimageexporter.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The files that `bin/package` leaves in `target/`.
public final class ReleaseFiles {
  static final Path TARGET = Path.of("target").toAbsolutePath();

  private ReleaseFiles() {}

  public static Path archive() throws IOException {
    return archive(TARGET);
  }

  /// That of a build into another directory than `target/`.
  public static Path archive(Path target) throws IOException {
    return only(target, "docker-image-exporter-", ".tar.gz");
  }

  public static Path debianPackage() throws IOException {
    return debianPackage(TARGET);
  }

  public static Path debianPackage(Path target) throws IOException {
    return only(target, "docker-image-exporter_", ".deb");
  }

  public static Path rpm() throws IOException {
    return rpm(TARGET);
  }

  static Path rpm(Path target) throws IOException {
    return only(target, "docker-image-exporter-", ".rpm");
  }

  /// The bill of materials.
  static Path sbom() throws IOException {
    return only(TARGET, "docker-image-exporter-", ".cdx.json");
  }

  /// The names of all that is shipped for Prometheus and Grafana, below
  /// `share/docker-image-exporter`.
  static List<String> sharedNames() {
    return Stream.concat(
            shared().keySet().stream(),
            Stream.of("grafana-import/fleet.json", "grafana-import/host.json"))
        .toList();
  }

  /// What is shipped as it is in the sources.
  static Map<String, Path> shared() {
    return Map.of(
        "prometheus/alerts.yaml", Path.of("deploy/prometheus/alerts.yaml"),
        "prometheus/rules.yaml", Path.of("deploy/prometheus/rules.yaml"),
        "grafana/fleet.json", Path.of("grafana/dashboards/fleet.json"),
        "grafana/host.json", Path.of("grafana/dashboards/host.json"));
  }

  private static Path only(Path target, String start, String end) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      List<Path> found =
          files.filter(file -> isNamed(file.getFileName().toString(), start, end)).toList();
      if (found.size() != 1) {
        throw new IOException(
            "%s: expected one %s…%s, found %s".formatted(target, start, end, found));
      }
      return found.getFirst();
    }
  }

  private static boolean isNamed(String name, String start, String end) {
    return name.startsWith(start) && name.endsWith(end);
  }
}

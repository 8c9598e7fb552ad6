package io.github.dockerimageexporter.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The files that `bin/package` leaves in `target/`.
final class ReleaseFiles {
  static final Path TARGET = Path.of("target").toAbsolutePath();

  private ReleaseFiles() {}

  static Path archive() throws IOException {
    return only("docker-image-exporter-", ".tar.gz");
  }

  static Path debianPackage() throws IOException {
    return only("docker-image-exporter_", ".deb");
  }

  private static Path only(String start, String end) throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      List<Path> found =
          files.filter(file -> isNamed(file.getFileName().toString(), start, end)).toList();
      if (found.size() != 1) {
        throw new IOException(
            "%s: expected one %s…%s, found %s".formatted(TARGET, start, end, found));
      }
      return found.getFirst();
    }
  }

  private static boolean isNamed(String name, String start, String end) {
    return name.startsWith(start) && name.endsWith(end);
  }
}

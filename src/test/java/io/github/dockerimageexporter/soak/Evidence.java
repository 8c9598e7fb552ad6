package io.github.dockerimageexporter.soak;

import io.github.dockerimageexporter.engine.DockerEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What an engine's store and the engine say at the moment of a violation, kept in files.
///
/// | below `target/soak/<number>` | what                                                       |
/// |------------------------------|------------------------------------------------------------|
/// | `violation`                  | what was found, and what was under way                     |
/// | `store`                      | the names in the store's directories, inodes in front      |
/// | `repositories.json`          | as it is                                                   |
/// | `snapshots.db`, `meta.db`, `metadata.db` | as they are, unless the engine is writing      |
/// | `engine`                     | what the engine lists, or why it does not answer           |
/// | `exporter.log`               | up to then                                                 |
final class Evidence {
  /// What follows the first few violations mostly follows from them.
  private static final int MOST = 10;

  private static final Path DIRECTORY = Path.of("target", "soak");
  private static final List<String> LISTED =
      List.of(
          "image/overlay2/imagedb/content/sha256",
          "image/overlay2/imagedb/metadata/sha256",
          "image/overlay2/layerdb/sha256",
          "image/overlay2/layerdb/mounts",
          "image/overlay2/layerdb/tmp",
          "containers",
          "overlay2",
          "overlay2/l",
          "tmp");

  private static final List<String> LISTED_OF_CONTAINERD =
      List.of(
          "io.containerd.content.v1.content/blobs/sha256",
          "io.containerd.content.v1.content/ingest",
          "io.containerd.snapshotter.v1.overlayfs/snapshots");

  private static final List<String> COPIED =
      List.of("image/overlay2/repositories.json", "buildkit/snapshots.db");

  private static final List<String> COPIED_OF_CONTAINERD =
      List.of(
          "io.containerd.metadata.v1.bolt/meta.db",
          "io.containerd.snapshotter.v1.overlayfs/metadata.db");

  private final DockerEngine engine;
  private int number;

  Evidence(DockerEngine engine) {
    this.engine = engine;
  }

  /// Keeps what there is, and returns where.
  Path save(String violation) throws IOException, InterruptedException {
    if (number == MOST) {
      return DIRECTORY;
    }
    Path directory = Files.createDirectories(DIRECTORY.resolve("%02d".formatted(++number)));
    Files.writeString(directory.resolve("violation"), violation);
    files(COPIED, COPIED_OF_CONTAINERD).forEach(file -> copy(file, directory));
    Files.write(directory.resolve("store"), store());
    copy(engine.directory().resolve("exporter.log"), directory);
    Files.writeString(
        directory.resolve("engine"),
        answer("images", "--all", "--no-trunc", "--digests")
            + answer("ps", "--all", "--no-trunc")
            + answer("system", "df", "--verbose"));
    return directory;
  }

  private Stream<Path> files(List<String> ofDocker, List<String> ofContainerd) {
    return Stream.concat(
        ofDocker.stream().map(engine.dataRoot()::resolve),
        ofContainerd.stream().map(engine.containerdRoot()::resolve));
  }

  private static void copy(Path file, Path to) {
    try {
      Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException absent) {
      // A store of the other kind has it, or none has by now.
    }
  }

  private List<String> store() throws IOException {
    var names = new ArrayList<String>();
    for (Path directory : files(LISTED, LISTED_OF_CONTAINERD).toList()) {
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        try (var entries = Files.list(directory)) {
          entries.sorted().forEach(entry -> names.add(inode(entry) + " " + entry));
        }
      }
    }
    return names;
  }

  private static String inode(Path entry) {
    try {
      return String.valueOf(Files.getAttribute(entry, "unix:ino", LinkOption.NOFOLLOW_LINKS));
    } catch (IOException vanished) {
      return "vanished";
    }
  }

  private String answer(String... arguments) throws InterruptedException {
    String question = "docker " + String.join(" ", arguments) + "\n";
    try {
      return question + engine.docker(arguments) + "\n";
    } catch (IOException refusal) {
      return question + refusal.getMessage() + "\n";
    }
  }
}

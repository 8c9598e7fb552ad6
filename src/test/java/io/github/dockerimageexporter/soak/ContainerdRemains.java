package io.github.dockerimageexporter.soak;

import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What containerd has left: blobs and snapshots without a record. Its next collection takes them,
/// so that they are no waste for long, and a claim of waste is not disproven when they go.
final class ContainerdRemains implements Remains {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final DockerEngine engine;
  private Set<String> recorded = Set.of();

  ContainerdRemains(DockerEngine engine) {
    this.engine = engine;
  }

  /// Waits for the end of the collection.
  @Override
  public void ask() {
    await("end of containerd's collection")
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(this::isSteady);
  }

  private boolean isSteady() throws IOException, InterruptedException {
    Set<String> before = recorded;
    recorded = records();
    return recorded.equals(before);
  }

  @Override
  public List<String> disproven(Map<String, String> claims) {
    return List.of();
  }

  @Override
  public List<String> contradictions(Watch watch) throws IOException, InterruptedException {
    Path home = engine.containerdRoot();
    var contradictions = new ArrayList<String>();
    long blobs =
        names(home.resolve("io.containerd.content.v1.content/blobs/sha256"))
            .filter(name -> !recorded.contains("sha256:" + name))
            .count();
    long snapshots =
        names(home.resolve("io.containerd.snapshotter.v1.overlayfs/snapshots")).count()
            - recorded.stream().filter(record -> record.startsWith("snapshot ")).count();
    compare(contradictions, watch.latest(), "docker_store_blobs", blobs);
    compare(contradictions, watch.latest(), "docker_store_directories", snapshots);
    return contradictions;
  }

  /// A count that is not known is not there.
  private static void compare(
      List<String> contradictions, Scrape scrape, String family, long orphans) {
    Map<String, Double> said = scrape.by("owner", family);
    if (said.getOrDefault("orphan", (double) orphans) != orphans) {
      contradictions.add("%s: %d without a record, and said %s".formatted(family, orphans, said));
    }
  }

  /// The digests of all blobs, and the keys of all snapshots behind their namespace.
  private Set<String> records() throws IOException, InterruptedException {
    var records = new HashSet<String>();
    for (String namespace : engine.ctr("namespaces", "ls", "--quiet").lines().toList()) {
      engine.ctr("-n", namespace, "content", "ls", "--quiet").lines().forEach(records::add);
      engine
          .ctr("-n", namespace, "snapshots", "--snapshotter=overlayfs", "ls")
          .lines()
          .skip(1)
          .map(line -> "snapshot " + namespace + " " + line.split("\\s", 2)[0])
          .forEach(records::add);
    }
    return records;
  }

  private static Stream<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList().stream();
    }
  }
}

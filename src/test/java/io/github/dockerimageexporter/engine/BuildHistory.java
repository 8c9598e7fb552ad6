package io.github.dockerimageexporter.engine;

import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// What BuildKit keeps of its builds, which it writes in the background.
///
/// The trace of a build comes three seconds after its end, by way of an ingest: a store that is
/// measured or stopped meanwhile has one.
///
/// Source: BuildKit, `solver/llbsolver/solver.go`.
public final class BuildHistory {
  private static final String TRACE = "application/vnd.buildkit.otlp";
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private BuildHistory() {}

  /// Waits until nothing more comes of the builds that are over.
  public static void settle(DockerEngine engine) {
    await("traces of all builds")
        .atMost(LIMIT)
        .ignoreException(IOException.class)
        .until(() -> isSettled(engine));
  }

  private static boolean isSettled(DockerEngine engine) throws IOException {
    for (String name : new String[] {"history.db", "history_c8d.db"}) {
      Path database = engine.dataRoot().resolve("buildkit").resolve(name);
      if (Files.exists(database) && !records(database).allMatch(it -> it.contains(TRACE))) {
        return false;
      }
    }
    return true;
  }

  private static Stream<String> records(Path database) throws IOException {
    BoltTree.Bucket root = BoltFixture.read(database, BoltTree::of);
    return root.items().get("_records") instanceof BoltTree.Bucket records
        ? records.items().values().stream()
            .map(record -> record instanceof BoltTree.Value(String bytes) ? bytes : "")
        : Stream.empty();
  }
}

package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A sample store and what the checks say of it.
public record CheckedStore(SampleStore store) {

  public List<Finding> findings() {
    return report(LayerEvidence.NONE).findings();
  }

  /// With all waste, however young.
  public List<Finding> findingsWithoutGrace() {
    return report(LayerEvidence.NONE, Instant.MAX).findings();
  }

  public Report report(LayerEvidence figures) {
    return report(figures, Instant.EPOCH);
  }

  private Report report(LayerEvidence figures, Instant grace) {
    StoreSnapshot snapshot = read();
    var graph = LayerGraph.of(snapshot);
    return Report.of(snapshot, graph, Checker.check(snapshot, graph, figures, Set.of(), grace));
  }

  public StoreSnapshot read() {
    return new StoreReader(store.dataRoot()).read(Freshness.NOTHING).stores().getFirst();
  }

  /// As problems name `file`.
  public String path(Path file) {
    return store.dataRoot().relativize(file).toString();
  }

  public static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

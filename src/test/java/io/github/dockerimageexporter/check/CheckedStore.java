package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.LayerFigures;
import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A sample store and what the checks say of it.
record CheckedStore(SampleStore store) {

  List<Finding> findings() {
    return report(LayerFigures.NONE).findings();
  }

  /// With all waste, however young.
  List<Finding> findingsWithoutGrace() {
    return report(LayerFigures.NONE, Instant.MAX).findings();
  }

  Report report(LayerFigures figures) {
    return report(figures, Instant.EPOCH);
  }

  private Report report(LayerFigures figures, Instant grace) {
    StoreSnapshot snapshot = read();
    var graph = LayerGraph.of(snapshot);
    return Report.of(snapshot, graph, Checker.check(snapshot, graph, figures, Set.of(), grace));
  }

  StoreSnapshot read() {
    return new StoreReader(store.dataRoot()).read(Trust.NOTHING).stores().getFirst();
  }

  /// As problems name `file`.
  String path(Path file) {
    return store.dataRoot().relativize(file).toString();
  }

  static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

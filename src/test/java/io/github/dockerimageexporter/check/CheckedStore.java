package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.observation.ChainConsistency;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A sample store and what the checks say of it.
public record CheckedStore(SampleStore store) {

  public List<Finding> findings() {
    return report(StatedEvidence.NONE).findings();
  }

  /// With all waste, however young.
  public List<Finding> findingsWithoutGrace() {
    return report(StatedEvidence.NONE, Instant.MAX).findings();
  }

  public Report report(LayerEvidence evidence) {
    return report(evidence, Instant.EPOCH);
  }

  /// What that means for the chains.
  public ChainConsistency consistency() {
    return consistency(StatedEvidence.NONE);
  }

  public ChainConsistency consistency(LayerEvidence evidence) {
    return Checking.observe(read(), evidence, Instant.EPOCH).consistency();
  }

  private Report report(LayerEvidence evidence, Instant grace) {
    return Checking.observe(read(), evidence, grace).report();
  }

  public StoreSnapshot read() {
    return new StoreReader(store.dataRoot()).read(Freshness.EVERY_FILE).stores().getFirst();
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

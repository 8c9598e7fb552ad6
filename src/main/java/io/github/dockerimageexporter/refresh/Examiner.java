package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.DataRootSnapshot;
import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.Trust;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Looks at a data root: reads its stores, checks them, and reports what a second look confirms.
/// Used by one thread at a time.
public final class Examiner {
  private final Path dataRoot;
  private final StoreReader reader;
  private final Duration settle;
  private final InstantSource clock;
  private Map<String, SecondLook> secondLooks = Map.of();

  public Examiner(Path dataRoot, Duration settle, InstantSource clock) {
    this.dataRoot = dataRoot;
    this.reader = new StoreReader(dataRoot);
    this.settle = settle;
    this.clock = clock;
  }

  /// One look. What it finds for the first time is not in the report yet.
  public Observation examine(Trust trust) {
    var checkedAt = clock.instant();
    long began = System.nanoTime();
    DataRootSnapshot root = reader.read(trust);
    long ended = System.nanoTime();
    var looks = new HashMap<String, SecondLook>();
    List<StoreObservation> stores =
        root.stores().stream().map(store -> check(store, looks, began, ended)).toList();
    secondLooks = looks;
    return new Observation(dataRoot, root.state(), root.detail(), checkedAt, stores);
  }

  /// Looks, and if that finds anything, looks once more after the time that makes it count.
  public Observation examineTwice() throws InterruptedException {
    Observation first = examine(Trust.NOTHING);
    if (isSettled()) {
      return first;
    }
    Thread.sleep(settle);
    return examine(Trust.NOTHING);
  }

  /// Whether the last look found nothing that still waits for its second.
  public boolean isSettled() {
    return secondLooks.values().stream().allMatch(SecondLook::isSettled);
  }

  private StoreObservation check(
      StoreSnapshot store, Map<String, SecondLook> looks, long began, long ended) {
    String driver = store.layout().driver();
    var look = secondLooks.getOrDefault(driver, new SecondLook(settle));
    looks.put(driver, look);
    var graph = LayerGraph.of(store);
    List<Problem> problems = look.confirm(Checker.check(store, graph), began, ended);
    return new StoreObservation(store, graph, Report.of(store, graph, problems), Map.of());
  }
}

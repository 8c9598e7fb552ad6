package io.github.dockerimageexporter.refresh;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.content.FollowedContent;
import io.github.dockerimageexporter.exporter.metrics.Expositions;
import io.github.dockerimageexporter.exporter.metrics.FollowedText;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.SnapshotParts;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Holds what a scanner says that has followed a store from the beginning against what one says
/// that sees it for the first time: snapshot, report and text; and a text that is kept against one
/// that is rendered afresh. The same of what is read beside the scans, for one and the same
/// snapshot.
///
/// Since when something has lost its owner, only the first can know: no leftover is old enough to
/// be waste.
public final class StoreHistories {
  private static final int STEPS = 6;
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  private StoreHistories() {}

  /// Follows histories, each with other steps.
  ///
  /// @param work an empty directory
  public static void follow(Path work, int count, long firstSeed) throws Exception {
    Path healthy = work.resolve("healthy");
    StoreHistory.begin(healthy);
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      Path copy = work.resolve("docker");
      run("cp", "-a", healthy.toString(), copy.toString());
      follow(copy, seed);
      run("sh", "-c", "rm -rf -- \"$1\"/docker \"$1\"/away-*", "sh", work.toString());
    }
  }

  private static void follow(Path dataRoot, long seed) throws IOException {
    var history = new StoreHistory(dataRoot, seed);
    StoreScanner following = scanner(dataRoot);
    following.scan(Freshness.EVERY_FILE);
    var text = new FollowedText(Expositions.EVERYTHING);
    var content = new FollowedContent();
    var steps = new ArrayList<String>(List.of("seed " + seed));
    for (int step = 0; step < STEPS; step++) {
      ToldChanges before = ToldChanges.now(dataRoot, seed % 2 == 0);
      steps.add(history.step());
      Freshness freshness = before.until(ToldChanges.now(dataRoot, seed % 2 == 0));
      Map<String, Object> followed = stores(following.scan(freshness));
      Observation seen = following.scan(Freshness.EVERY_FILE);
      text.show(seen, steps.toString());
      followed.putAll(judged(seen));
      followed.putAll(content.of(seen, step));
      StoreScanner other = scanner(dataRoot);
      Map<String, Object> afresh = stores(other.scan(Freshness.EVERY_FILE));
      afresh.putAll(judged(other.scan(Freshness.EVERY_FILE)));
      afresh.putAll(new FollowedContent().of(seen, step));
      followed.entrySet().removeAll(Map.copyOf(afresh).entrySet());
      afresh.keySet().retainAll(followed.keySet());
      assertThat(followed)
          .describedAs("%s, then %s", steps, freshness.isFull() ? "every file" : "what was told")
          .isEqualTo(afresh);
    }
  }

  private static StoreScanner scanner(Path dataRoot) {
    return new StoreScanner(dataRoot, Duration.ZERO, Duration.ofDays(1), CLOCK);
  }

  /// What a scan has found.
  private static Map<String, Object> stores(Observation seen) {
    var all = new TreeMap<String, Object>();
    for (ObservedStore one : seen.stores()) {
      String name = one.store().name() + " ";
      SnapshotParts.of(one.store()).forEach((component, value) -> all.put(name + component, value));
      all.put(name + "graph", graph(one.graph()));
    }
    all.put("state", seen.state() + ", " + seen.detail() + ", " + seen.notRead());
    return all;
  }

  /// What follows from it, once a second scan has confirmed it.
  private static Map<String, Object> judged(Observation seen) throws IOException {
    var all = new TreeMap<String, Object>();
    for (ObservedStore one : seen.stores()) {
      all.put(one.store().name() + " report", one.report());
      all.put(one.store().name() + " consistency", one.consistency());
    }
    all.put("text", Expositions.text(seen));
    return all;
  }

  private static List<Object> graph(LayerGraph graph) {
    return List.of(graph.imagesOf(), graph.childrenOf(), graph.heights(), graph.cycles());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor())
        .describedAs(List.of(command).stream().collect(joining(" ")))
        .isZero();
  }
}

package io.github.dockerimageexporter.refresh;

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

/// A history of a store, with one who has followed it from the beginning.
final class FollowedHistory implements AutoCloseable {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  private final Path dataRoot;
  private final boolean objects;
  private final StoreHistory history;
  private final StoreScanner following;
  private final FollowedText text = new FollowedText(Expositions.EVERYTHING);
  private final FollowedContent content = new FollowedContent();
  private final List<String> steps = new ArrayList<>();
  private ToldChanges compared;

  /// @param dataRoot two healthy stores
  FollowedHistory(Path dataRoot, long seed) throws IOException {
    this.dataRoot = dataRoot;
    objects = seed % 2 == 0;
    history = new StoreHistory(dataRoot, seed);
    following = scanner(dataRoot);
    following.scan(Freshness.EVERY_FILE);
    compared = ToldChanges.now(dataRoot, objects);
    steps.add("seed " + seed);
  }

  /// Goes one step on.
  void change() {
    steps.add(history.step());
  }

  /// Compares what the follower says with what one says that sees the store for the first time.
  void compare() throws IOException {
    ToldChanges now = ToldChanges.now(dataRoot, objects);
    Freshness freshness = compared.until(now);
    compared = now;
    Map<String, Object> followed = stores(following.scan(freshness));
    Observation seen = following.scan(Freshness.EVERY_FILE);
    StoreScanner other = scanner(dataRoot);
    Map<String, Object> afresh = stores(other.scan(Freshness.EVERY_FILE));
    Observation first = other.scan(Freshness.EVERY_FILE);
    followed.putAll(judged(seen));
    afresh.putAll(judged(first));
    followed.putAll(content.of(seen, steps.size()));
    afresh.putAll(new FollowedContent().of(seen, steps.size()));
    followed.entrySet().removeAll(Map.copyOf(afresh).entrySet());
    afresh.keySet().retainAll(followed.keySet());
    String description =
        "%s, then %s".formatted(steps, freshness.isFull() ? "every file" : "what was told");
    assertThat(followed).describedAs(description).isEqualTo(afresh);
    text.show(seen, first, description);
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
  private static Map<String, Object> judged(Observation seen) {
    var all = new TreeMap<String, Object>();
    for (ObservedStore one : seen.stores()) {
      all.put(one.store().name() + " report", one.report());
      all.put(one.store().name() + " consistency", one.consistency());
    }
    return all;
  }

  private static List<Object> graph(LayerGraph graph) {
    return List.of(graph.imagesOf(), graph.childrenOf(), graph.heights(), graph.cycles());
  }

  @Override
  public void close() throws IOException {
    history.close();
  }
}

package io.github.dockerimageexporter.store.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.Holders;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Kind;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import io.github.dockerimageexporter.store.containerd.StoreDatabases.Snapshots;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.SnapshotDatabase;
import io.github.dockerimageexporter.store.containerd.walk.Ownership;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Directories that are followed from pass to pass are those that a pass finds that sees all for
/// the first time: where each layer's is, and whose each is.
class FollowedDirectoriesTest {
  private static final int STEPS = 10_000;
  private static final int OBJECTS = 6;
  private static final Path ROOT = Path.of("/docker");
  private static final ImageId IMAGE = new ImageId(Digest.of("image"));
  private static final ContainerdLayout LAYOUT = new ContainerdLayout("", "c", "moby", "overlayfs");
  private static final List<String> KEYS =
      IntStream.range(0, OBJECTS).mapToObj(i -> i % 2 == 0 ? "key" + i : i + "-init").toList();
  private static final List<ChainId> CHAINS =
      IntStream.range(0, OBJECTS).mapToObj(i -> new ChainId(Digest.of("chain " + i))).toList();

  private final Random random = new Random(1);
  private SnapshotHome home = SnapshotHome.NONE;
  private final Map<String, String> recorded = new TreeMap<>();
  private final Map<String, Integer> numbers = new TreeMap<>();
  private PersistentMap<String, SnapshotRecord> own = PersistentMap.empty(SnapshotRecord.KEYS);
  private PersistentMap<String, List<String>> names = PersistentMap.empty(SnapshotHome.NAMES);
  private PersistentMap<Node, Holders> kept = ReferenceGraph.NOTHING_KEPT;
  private PersistentMap<ChainId, Layer> layers = PersistentMap.empty(Keys.CHAINS);
  private boolean first = true;
  private Optional<Set<String>> containers = Optional.empty();

  @Test
  void followedDirectoriesAreThoseOfAFirstPass() {
    var owners = new DirectoryOwners(LAYOUT);
    var places = new LayerDirectories(LAYOUT, ROOT);
    for (int step = 0; step < STEPS; step++) {
      for (int more = random.nextInt(3); more >= 0; more--) {
        change();
      }

      assertThat(owners.of(sources()))
          .describedAs("owners in step %d", step)
          .isEqualTo(new DirectoryOwners(LAYOUT).of(sources()));
      assertThat(places.of(layers, home))
          .describedAs("layers in step %d", step)
          .isEqualTo(new LayerDirectories(LAYOUT, ROOT).of(layers, home));
    }
  }

  private DirectoryOwners.Sources sources() {
    return new DirectoryOwners.Sources(
        home,
        snapshots(),
        new Ownership(
            new ReferenceGraph(PersistentMap.empty(Namespace.NAMES), List.of(), Map.of(), kept),
            Namespace.EMPTY),
        Set.of("moby"),
        first,
        containers);
  }

  private void change() {
    String key = oneOf(KEYS);
    String number = String.valueOf(random.nextInt(OBJECTS));
    var node = new Node.Snapshot(key);
    switch (random.nextInt(10)) {
      case 0 -> home = home(true, number, Optional.empty());
      case 1, 2 -> home = home(true, number, Optional.of(found(number)));
      case 3 -> recorded.remove(key);
      case 4 -> recorded.put(key, name(key));
      case 5 -> numbers.put(name(key), random.nextInt(OBJECTS));
      case 6 -> kept = changed(kept, node, Optional.empty());
      case 7 -> kept = changed(kept, node, Optional.of(Holders.of(IMAGE)));
      case 8 -> {
        ChainId chain = oneOf(CHAINS);
        layers = changed(layers, chain, layer(chain, number));
      }
      default -> changeRarely();
    }
  }

  private void changeRarely() {
    switch (random.nextInt(4)) {
      case 0 -> first = random.nextBoolean();
      case 1 -> containers = Optional.of(Set.of(oneOf(KEYS)));
      case 2 ->
          home =
              new SnapshotHome(
                  SnapshotHome.NONE.directories(),
                  Collections.emptySortedSet(),
                  Set.of(),
                  0,
                  false);
      default -> numbers.remove(name(oneOf(KEYS)));
    }
  }

  private SnapshotHome home(boolean known, String name, Optional<SnapshotHome.Found> found) {
    return new SnapshotHome(
        changed(home.directories(), name, found), Collections.emptySortedSet(), Set.of(), 0, known);
  }

  private static <K, V> PersistentMap<K, V> changed(
      PersistentMap<K, V> map, K key, Optional<V> value) {
    var editor = map.edit();
    value.ifPresentOrElse(it -> editor.put(key, it), () -> editor.remove(key));
    return editor.done();
  }

  private SnapshotHome.Found found(String name) {
    return new SnapshotHome.Found(
        new DirectoryEntry(name, FileKind.DIRECTORY, random.nextInt(3)),
        new LayerDirectory(ROOT.resolve(name), "c", "fs", oneOf(List.of(Content.values()))),
        random.nextInt(3),
        Stamp.ABSENT);
  }

  /// What both databases record by now.
  private Snapshots snapshots() {
    var joined = new HashMap<String, SnapshotRecord>();
    recorded.forEach(
        (key, name) ->
            joined.put(
                key,
                new SnapshotRecord(
                    Optional.empty(),
                    name,
                    Optional.ofNullable(numbers.get(name)).map(this::stored))));
    own = own.changedTo(joined);
    var inverse = new TreeMap<String, List<String>>();
    numbers.forEach(
        (name, number) ->
            inverse.computeIfAbsent(number.toString(), _ -> new ArrayList<>()).add(name));
    names = names.changedTo(inverse);
    return new Snapshots(own, SnapshotDatabase.EMPTY.entries(), names);
  }

  private Stored stored(int number) {
    return new Stored(number, Kind.COMMITTED, Optional.empty(), OptionalLong.of(1));
  }

  /// What containerd calls it, most of the time.
  private String name(String key) {
    return switch (random.nextInt(4)) {
      case 0 -> "moby/odd";
      case 1 -> "other/1/" + key;
      default -> "moby/1/" + key;
    };
  }

  private Optional<Layer> layer(ChainId chain, String number) {
    return random.nextInt(4) == 0
        ? Optional.empty()
        : Optional.of(
            Layer.of(chain, new DiffId(chain.digest()), Optional.empty(), new CacheId(number), 1));
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}

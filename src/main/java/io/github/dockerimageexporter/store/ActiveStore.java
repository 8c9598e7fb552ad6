package io.github.dockerimageexporter.store;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.container.LastContainer;
import io.github.dockerimageexporter.store.graphdriver.BuildCache;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// Tells which stores of a data root dockerd uses. A root that was switched to another driver, to
/// containerd or to a remapped root keeps the stores of before, and nothing marks them: each start
/// of dockerd decides anew. What it touches when it starts tells.
///
/// | touched                                      | at each start of a dockerd that uses    |
/// |----------------------------------------------|-----------------------------------------|
/// | `runtimes`, `volumes/backingFsBlockDev`      | any store                               |
/// | `image/identity-cache.db`                    | containerd (29.3 on)                    |
/// | `buildkit/snapshots.db`                      | a graph driver (29 on)                  |
/// | `<driver>`                                   | that graph driver (overlay2, vfs)       |
/// | `containers/<id>/config.v2.json`             | the store that `Driver` in it names:    |
/// |                                              | containers of other stores do not load  |
///
/// The only store of a root is in use; nothing of this is looked at for it.
///
/// Source: moby, `daemon/daemon.go`, `daemon/image_store_choice.go`,
/// `daemon/graphdriver/overlay2/check.go`, `quota/projectquota.go`; dockerd 20.10 and 29, as run.
final class ActiveStore {
  /// More than the clocks of a file system and the order of a start put between two touches.
  private static final Duration SAME_START = Duration.ofSeconds(1);

  /// Names that are both a graph driver's and a snapshotter's of containerd.
  private static final Set<String> OF_BOTH = Set.of("btrfs", "zfs");

  private final RootDirectory root;

  private ActiveStore(RootDirectory root) {
    this.root = root;
  }

  /// What kind of store a daemon uses, as far as BuildKit's and containerd's files say.
  private enum Kind {
    GRAPH_DRIVER,
    CONTAINERD,
    UNKNOWN
  }

  /// The use of each store in `found`. What cannot be read says nothing.
  static Map<GraphDriverLayout, StoreUse> among(RootDirectory root, DataRoot.Found found) {
    return new ActiveStore(root).among(found);
  }

  /// The use of a store in containerd, whose traces are in the root at `prefix`.
  static StoreUse ofContainerd(RootDirectory root, DataRoot.Found found, String prefix) {
    return new ActiveStore(root).ofContainerd(found, prefix);
  }

  private StoreUse ofContainerd(DataRoot.Found found, String prefix) {
    boolean alone = found.stores().stream().noneMatch(store -> store.root().equals(prefix));
    if (found.roots().size() > 1) {
      Optional<String> used = usedRoot(found);
      if (used.isEmpty()) {
        return StoreUse.UNKNOWN;
      }
      if (!used.get().equals(prefix)) {
        return StoreUse.LEFT_BEHIND;
      }
    }
    if (alone) {
      return StoreUse.IN_USE;
    }
    return switch (kind(prefix)) {
      case CONTAINERD -> StoreUse.IN_USE;
      case GRAPH_DRIVER -> StoreUse.LEFT_BEHIND;
      case UNKNOWN -> StoreUse.UNKNOWN;
    };
  }

  private Map<GraphDriverLayout, StoreUse> among(DataRoot.Found found) {
    Optional<String> used = usedRoot(found);
    Map<GraphDriverLayout, StoreUse> uses = new HashMap<>();
    for (String prefix : found.roots()) {
      List<GraphDriverLayout> stores =
          found.stores().stream().filter(store -> store.root().equals(prefix)).toList();
      if (used.isEmpty()) {
        stores.forEach(store -> uses.put(store, StoreUse.UNKNOWN));
      } else if (used.get().equals(prefix)) {
        uses.putAll(withinRoot(prefix, stores, found.hasContainerd(root, prefix)));
      } else {
        stores.forEach(store -> uses.put(store, StoreUse.LEFT_BEHIND));
      }
    }
    return uses;
  }

  /// The prefix of the root that a daemon was started on last: with and without `userns-remap` it
  /// is another one. A root with stores and no trace of a start leaves that open.
  private Optional<String> usedRoot(DataRoot.Found found) {
    Set<String> withStores = found.stores().stream().map(GraphDriverLayout::root).collect(toSet());
    if (found.roots().size() == 1) {
      return Optional.of(found.roots().getFirst());
    }
    Map<String, Instant> starts =
        found.roots().stream()
            .filter(prefix -> start(prefix).isPresent())
            .collect(toMap(Function.identity(), prefix -> start(prefix).orElseThrow()));
    if (withStores.size() == 1 && starts.isEmpty()) {
      return withStores.stream().findFirst();
    }
    return starts.keySet().containsAll(withStores)
        ? starts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey)
        : Optional.empty();
  }

  /// @param containerd whether a daemon has kept images in containerd there
  private Map<GraphDriverLayout, StoreUse> withinRoot(
      String prefix, List<GraphDriverLayout> stores, boolean containerd) {
    if (stores.size() <= 1 && !containerd) {
      return all(stores, StoreUse.IN_USE);
    }
    Kind kind = containerd ? kind(prefix) : Kind.GRAPH_DRIVER;
    if (kind == Kind.CONTAINERD) {
      return all(stores, StoreUse.LEFT_BEHIND);
    }
    if (kind == Kind.GRAPH_DRIVER && stores.size() == 1) {
      return all(stores, StoreUse.IN_USE);
    }
    return byDriver(stores, kind, startedDrivers(prefix, stores, containerd));
  }

  /// By the storage drivers that show signs of the last start; of more than one, nothing follows.
  private static Map<GraphDriverLayout, StoreUse> byDriver(
      List<GraphDriverLayout> stores, Kind kind, Set<String> started) {
    Set<String> own = stores.stream().map(GraphDriverLayout::graphDriver).collect(toSet());
    Set<String> candidates =
        kind == Kind.GRAPH_DRIVER
            ? started.stream().filter(own::contains).collect(toSet())
            : started;
    if (candidates.size() != 1) {
      return all(stores, StoreUse.UNKNOWN);
    }
    return stores.stream()
        .collect(
            toMap(
                Function.identity(),
                store ->
                    candidates.contains(store.graphDriver())
                        ? StoreUse.IN_USE
                        : StoreUse.LEFT_BEHIND));
  }

  private Kind kind(String prefix) {
    Optional<Instant> ofContainerd = modified(prefix + DataRoot.IDENTITY_CACHE);
    Optional<Instant> ofGraphDriver = modified(prefix + BuildCache.FILE);
    if (ofContainerd.isPresent()) {
      int order = ofContainerd.get().compareTo(ofGraphDriver.orElse(Instant.MIN));
      return order == 0 ? Kind.UNKNOWN : order > 0 ? Kind.CONTAINERD : Kind.GRAPH_DRIVER;
    }
    Optional<Instant> start = start(prefix);
    return start.isPresent() && isSince(start.get(), ofGraphDriver)
        ? Kind.GRAPH_DRIVER
        : Kind.UNKNOWN;
  }

  private Set<String> startedDrivers(
      String prefix, List<GraphDriverLayout> stores, boolean containerd) {
    Optional<Instant> start = start(prefix);
    if (start.isEmpty()) {
      return Set.of();
    }
    Stream<String> touched =
        stores.stream()
            .filter(store -> isSince(start.get(), modified(store.driverHome())))
            .map(GraphDriverLayout::graphDriver);
    Stream<String> loaded =
        loadedDriver(prefix, start.get())
            .filter(driver -> !containerd || !OF_BOTH.contains(driver))
            .stream();
    return Stream.concat(touched, loaded).collect(toSet());
  }

  /// The storage driver of the container that was changed last, if that was since `start`.
  private Optional<String> loadedDriver(String prefix, Instant start) {
    return LastContainer.in(root, prefix + "containers")
        .filter(last -> !last.written().isBefore(start))
        .map(LastContainer::driver);
  }

  /// The earliest that the last start can have been, if it has left a trace.
  private Optional<Instant> start(String prefix) {
    return Stream.of(prefix + "runtimes", prefix + "volumes/backingFsBlockDev")
        .flatMap(path -> modified(path).stream())
        .min(Comparator.naturalOrder())
        .map(start -> start.minus(SAME_START));
  }

  private Optional<Instant> modified(String path) {
    try {
      return root.find(path).map(FileStatus::modifiedAt);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean isSince(Instant start, Optional<Instant> touched) {
    return touched.isPresent() && !touched.get().isBefore(start);
  }

  private static Map<GraphDriverLayout, StoreUse> all(
      List<GraphDriverLayout> stores, StoreUse use) {
    return stores.stream().collect(toMap(Function.identity(), _ -> use));
  }
}

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
/// | `buildkit/containerdmeta.db`                 | a graph driver (28 on)                  |
/// | `<driver>`                                   | that graph driver (overlay2, vfs)       |
/// | `containers/<id>/config.v2.json`             | the store that `Driver` in it names:    |
/// |                                              | containers of other stores do not load  |
///
/// Before 29.3 nothing is touched for containerd alone: it is in use if nothing of a graph driver
/// is, where that would be. The only store of a root is in use; nothing of this is looked at for
/// it.
///
/// Source: moby, `daemon/daemon.go`, `daemon/image_store_choice.go`,
/// `daemon/graphdriver/overlay2/check.go`, `quota/projectquota.go`; dockerd 20.10, 26.1, 28.5 and
/// 29, as run.
final class ActiveStore {
  /// More than the clocks of a file system and the order of a start put between two touches.
  private static final Duration SAME_START = Duration.ofSeconds(1);

  /// Names that are both a graph driver's and a snapshotter's of containerd.
  private static final Set<String> OF_BOTH = Set.of("btrfs", "zfs", "fuse-overlayfs");

  /// Graph drivers that touch their directory whenever they start.
  private static final Set<String> TOUCHING = Set.of("overlay2", "vfs");

  /// Graph drivers whose name is no snapshotter's.
  private static final Set<String> GRAPH_DRIVERS =
      Set.of("overlay2", "vfs", "overlay", "aufs", "devicemapper");

  private static final String RUNTIMES = "runtimes";
  private static final String QUOTA_DEVICE = "volumes/backingFsBlockDev";

  private static final String BUILD_CACHE_CONTENT = "buildkit/containerdmeta.db";

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

  /// The storage driver of the containers that were loaded at the last start in the root at
  /// `prefix`, if there are any.
  static Optional<String> loaded(RootDirectory root, String prefix) {
    var active = new ActiveStore(root);
    return active.start(prefix).flatMap(start -> active.loadedDriver(prefix, start));
  }

  private StoreUse ofContainerd(DataRoot.Found found, String prefix) {
    List<GraphDriverLayout> beside = stores(found, prefix);
    if (found.roots().size() > 1) {
      Optional<String> used = usedRoot(found);
      if (used.isEmpty()) {
        return StoreUse.UNKNOWN;
      }
      if (!used.get().equals(prefix)) {
        return StoreUse.LEFT_BEHIND;
      }
    }
    if (beside.isEmpty()) {
      return StoreUse.IN_USE;
    }
    return switch (kind(prefix, beside)) {
      case CONTAINERD -> StoreUse.IN_USE;
      case GRAPH_DRIVER -> StoreUse.LEFT_BEHIND;
      case UNKNOWN -> StoreUse.UNKNOWN;
    };
  }

  private Map<GraphDriverLayout, StoreUse> among(DataRoot.Found found) {
    Optional<String> used = usedRoot(found);
    Map<GraphDriverLayout, StoreUse> uses = new HashMap<>();
    for (String prefix : found.roots()) {
      List<GraphDriverLayout> stores = stores(found, prefix);
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

  private static List<GraphDriverLayout> stores(DataRoot.Found found, String prefix) {
    return found.stores().stream().filter(store -> store.root().equals(prefix)).toList();
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
    return switch (containerd ? kind(prefix, stores) : Kind.GRAPH_DRIVER) {
      case CONTAINERD -> all(stores, StoreUse.LEFT_BEHIND);
      case UNKNOWN -> all(stores, StoreUse.UNKNOWN);
      case GRAPH_DRIVER ->
          stores.size() == 1 ? all(stores, StoreUse.IN_USE) : byDriver(prefix, stores);
    };
  }

  /// By the storage drivers that show signs of the last start; of more than one, nothing follows.
  private Map<GraphDriverLayout, StoreUse> byDriver(String prefix, List<GraphDriverLayout> stores) {
    Set<String> started =
        start(prefix).map(start -> startedDrivers(prefix, stores, start)).orElse(Set.of());
    if (started.size() != 1) {
      return all(stores, StoreUse.UNKNOWN);
    }
    return stores.stream()
        .collect(
            toMap(
                Function.identity(),
                store ->
                    started.contains(store.graphDriver())
                        ? StoreUse.IN_USE
                        : StoreUse.LEFT_BEHIND));
  }

  private Set<String> startedDrivers(String prefix, List<GraphDriverLayout> stores, Instant start) {
    Set<String> own = stores.stream().map(GraphDriverLayout::graphDriver).collect(toSet());
    return Stream.concat(
            touched(stores, start), loadedDriver(prefix, start).filter(own::contains).stream())
        .collect(toSet());
  }

  private Stream<String> touched(List<GraphDriverLayout> stores, Instant start) {
    return stores.stream()
        .filter(store -> isSince(start, modified(store.driverHome())))
        .map(GraphDriverLayout::graphDriver);
  }

  /// @param stores those of graph drivers in the root at `prefix`, some
  private Kind kind(String prefix, List<GraphDriverLayout> stores) {
    Optional<Instant> ofContainerd = modified(prefix + DataRoot.IDENTITY_CACHE);
    if (ofContainerd.isPresent()) {
      Instant ofGraphDriver = modified(prefix + BuildCache.FILE).orElse(Instant.MIN);
      int order = ofContainerd.get().compareTo(ofGraphDriver);
      return order == 0 ? Kind.UNKNOWN : order > 0 ? Kind.CONTAINERD : Kind.GRAPH_DRIVER;
    }
    return start(prefix).map(start -> kindSince(start, prefix, stores)).orElse(Kind.UNKNOWN);
  }

  /// Of an engine before 29.3.
  private Kind kindSince(Instant start, String prefix, List<GraphDriverLayout> stores) {
    if (isSince(start, modified(prefix + BuildCache.FILE))
        || isSince(start, modified(prefix + BUILD_CACHE_CONTENT))) {
      return Kind.GRAPH_DRIVER;
    }
    Optional<Kind> loaded = loadedDriver(prefix, start).flatMap(ActiveStore::kindOf);
    if (touched(stores, start).findAny().isPresent()) {
      return loaded.orElse(Kind.GRAPH_DRIVER) == Kind.GRAPH_DRIVER
          ? Kind.GRAPH_DRIVER
          : Kind.UNKNOWN;
    }
    if (loaded.isPresent()) {
      return loaded.get();
    }
    // A reload of the configuration touches the first of the two signs of a start alone.
    boolean wouldShow =
        modified(prefix + QUOTA_DEVICE).isPresent()
            && stores.stream().map(GraphDriverLayout::graphDriver).allMatch(TOUCHING::contains);
    return wouldShow ? Kind.CONTAINERD : Kind.UNKNOWN;
  }

  private static Optional<Kind> kindOf(String driver) {
    return driver.isEmpty() || OF_BOTH.contains(driver)
        ? Optional.empty()
        : Optional.of(GRAPH_DRIVERS.contains(driver) ? Kind.GRAPH_DRIVER : Kind.CONTAINERD);
  }

  /// The storage driver of the container that was changed last, if that was since `start`.
  private Optional<String> loadedDriver(String prefix, Instant start) {
    return LastContainer.in(root, prefix + "containers")
        .filter(last -> !last.written().isBefore(start))
        .map(LastContainer::driver);
  }

  /// The earliest that the last start can have been, if it has left a trace.
  private Optional<Instant> start(String prefix) {
    return Stream.of(prefix + RUNTIMES, prefix + QUOTA_DEVICE)
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

package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.posix.ExhaustedException;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.DataRootSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.containerd.ContainerdStores;
import io.github.dockerimageexporter.store.containerd.HomeSearch;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.graphdriver.DriverHome;
import io.github.dockerimageexporter.store.graphdriver.GraphDriverStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads a data root, pass after pass: each reads only the files whose stat has changed since the
/// one before. Nothing is written, locked or executed. Used by one thread at a time.
public final class StoreReader {
  private final Path dataRoot;
  private final ContainerdSettings containerd;
  private final HomeSearch search;
  private Map<GraphDriverLayout, GraphDriverStore> stores = Map.of();
  private Map<String, ContainerdStores> containerdStores = Map.of();

  public StoreReader(Path dataRoot) {
    this(dataRoot, ContainerdSettings.DEFAULT);
  }

  /// @param containerd what of containerd is read
  public StoreReader(Path dataRoot, ContainerdSettings containerd) {
    this(dataRoot, containerd, HomeSearch.OF_THIS_HOST);
  }

  StoreReader(Path dataRoot, ContainerdSettings containerd, HomeSearch search) {
    this.dataRoot = dataRoot;
    this.containerd = containerd;
    this.search = search;
  }

  /// Reads everything that there is to read. A data root that is absent or cannot be read is a
  /// state, not an error.
  ///
  /// @throws ExhaustedException if this process has no descriptor or memory left to read it with
  public DataRootSnapshot read(Freshness freshness) {
    try (RootDirectory root = DataRoot.open(dataRoot, containerd)) {
      var found = DataRoot.find(root, containerd);
      keep(found);
      var read = new ArrayList<StoreSnapshot>();
      Map<String, String> notRead = notRead(found);
      read.addAll(readStores(root, freshness, ActiveStore.among(root, found)));
      var inContainerd = readContainerd(root, freshness, found, notRead);
      read.addAll(inContainerd.stores());
      return new DataRootSnapshot(
          found.state(), detail(root, found, read, inContainerd.absence()), read, notRead);
    } catch (IOException failure) {
      forget();
      var probe = DataRootProbe.of(dataRoot, containerd, failure);
      return new DataRootSnapshot(probe.state(), probe.detail(), List.of(), Map.of());
    } catch (RuntimeException | Error failed) {
      forget(); // What a pass that ended half-way has remembered is not whole.
      throw failed;
    }
  }

  private String detail(
      RootDirectory root,
      DataRoot.Found found,
      List<StoreSnapshot> read,
      Optional<String> absence) {
    if (read.isEmpty()) {
      return absence.orElseGet(() -> DataRootProbe.of(dataRoot, found).detail());
    }
    return root.isPresent()
        ? ""
        : "no such directory; images are read from containerd's root "
            + containerd.root().map(Path::toString).orElse("");
  }

  private List<StoreSnapshot> readStores(
      RootDirectory root, Freshness freshness, Map<GraphDriverLayout, StoreUse> uses) {
    var roots = new HashSet<String>();
    var snapshots = new ArrayList<StoreSnapshot>();
    for (var store : stores.entrySet()) {
      boolean first = roots.add(store.getKey().root());
      StoreUse use = uses.getOrDefault(store.getKey(), StoreUse.UNKNOWN);
      snapshots.add(store.getValue().read(root, use, freshness, first));
    }
    return snapshots;
  }

  /// Where containerd cannot be looked into beside the stores of graph drivers, these are read all
  /// the same, and it is named in `notRead`; not if dockerd has left it, and it is gone.
  private ContainerdStores.Found readContainerd(
      RootDirectory root, Freshness freshness, DataRoot.Found found, Map<String, String> notRead)
      throws IOException {
    var snapshots = new ArrayList<StoreSnapshot>();
    Optional<String> absence = Optional.empty();
    for (var stores : List.copyOf(containerdStores.entrySet())) {
      String prefix = stores.getKey();
      try {
        boolean traces = found.hasContainerd(root, prefix);
        StoreUse use = ActiveStore.ofContainerd(root, found, prefix);
        var daemon = new ContainerdStores.Daemon(traces, use, ActiveStore.loaded(root, prefix));
        var read = stores.getValue().read(root, daemon, freshness);
        snapshots.addAll(read.stores());
        absence = absence.or(read::absence);
        read.absence()
            .filter(_ -> use == StoreUse.IN_USE || containerd.root().isPresent())
            .filter(_ -> !found.stores().isEmpty())
            .ifPresent(reason -> notRead.put(prefix + "containerd", reason));
      } catch (IOException unreadable) {
        if (found.stores().isEmpty()) {
          throw unreadable;
        }
        // What was told to this pass is told to no other.
        containerdStores.remove(prefix);
        notRead.put(
            containerd.root().map(Path::toString).orElse(prefix + "containerd"),
            reason(unreadable));
      }
    }
    return new ContainerdStores.Found(snapshots, absence);
  }

  private static String reason(IOException failure) {
    return failure instanceof NoSuchFileException
        ? "no such directory"
        : ReadFailures.reason(failure);
  }

  private void forget() {
    stores = Map.of();
    containerdStores = Map.of();
  }

  /// What stands in `image` and is no store, and the directories of drivers that are not known.
  private static Map<String, String> notRead(DataRoot.Found found) {
    var notRead = new TreeMap<>(found.notRead());
    for (GraphDriverLayout layout : found.stores()) {
      if (!DriverHome.isKnown(layout.graphDriver())) {
        notRead.put(
            layout.driverHome(),
            "unknown storage driver layout: content of layers is neither checked nor"
                + " measured");
      }
    }
    return notRead;
  }

  /// Forgets the stores that are gone and begins to remember new ones.
  private void keep(DataRoot.Found found) {
    var kept = new LinkedHashMap<GraphDriverLayout, GraphDriverStore>();
    for (GraphDriverLayout layout : found.stores()) {
      GraphDriverStore known = stores.get(layout);
      kept.put(layout, known != null ? known : new GraphDriverStore(layout, dataRoot));
    }
    stores = kept;
    var keptStores = new LinkedHashMap<String, ContainerdStores>();
    for (String prefix : found.roots()) {
      ContainerdStores known = containerdStores.get(prefix);
      keptStores.put(
          prefix,
          known != null
              ? known
              : new ContainerdStores(
                  dataRoot,
                  prefix,
                  prefix.isEmpty() ? containerd : containerd.ofFurtherDaemon(),
                  search));
    }
    containerdStores = keptStores;
  }
}

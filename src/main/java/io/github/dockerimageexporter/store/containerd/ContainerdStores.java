package io.github.dockerimageexporter.store.containerd;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.store.containerd.HomeSearch.Inside;
import io.github.dockerimageexporter.store.containerd.HomeSearch.Outside;
import io.github.dockerimageexporter.store.containerd.HomeSearch.Place;
import io.github.dockerimageexporter.store.containerd.database.MetaDatabase;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.file.BoltCache;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the stores of one daemon in containerd: one for each namespace that is followed, and each
/// snapshotter that has snapshots in it.
public final class ContainerdStores {
  private static final Pattern REMAPPED = Pattern.compile("[0-9]+\\.[0-9]+");

  /// More than anybody reads in one line.
  private static final int MOST_NAMES = 10;

  private final Path dataRoot;
  private final String prefix;
  private final ContainerdSettings settings;
  private final HomeSearch search;
  private final InstantSource clock;
  private final BoltCache<MetaDatabase> meta = new BoltCache<>(MetaDatabase::of);
  private final ContentStore content = new ContentStore();
  private MetaDatabase lastKnown = MetaDatabase.EMPTY;
  private Map<ContainerdLayout, ContainerdStore> stores = Map.of();

  /// @param prefix what leads from the data root to the daemon's own root, with its slash, or
  ///     nothing
  /// @param search finds containerd's root where the settings do not say it
  public ContainerdStores(
      Path dataRoot, String prefix, ContainerdSettings settings, HomeSearch search) {
    this(dataRoot, prefix, settings, search, InstantSource.system());
  }

  /// @param clock by which leases expire
  ContainerdStores(
      Path dataRoot,
      String prefix,
      ContainerdSettings settings,
      HomeSearch search,
      InstantSource clock) {
    this.clock = clock;
    this.dataRoot = dataRoot;
    this.prefix = prefix;
    this.settings = settings;
    this.search = search;
  }

  /// What a pass has found.
  ///
  /// @param absence why there is no store although containerd's root is given, or there are traces
  ///     of one; empty otherwise
  public record Found(List<StoreSnapshot> stores, Optional<String> absence) {
    static final Found NOTHING = new Found(List.of(), Optional.empty());

    static Found nothing(String absence) {
      return new Found(List.of(), Optional.of(absence));
    }
  }

  /// What the data root says of the daemon.
  ///
  /// @param traces whether it has left traces of a store in containerd
  /// @param use whether it uses containerd
  /// @param loaded what the containers that it loaded at its last start name as their driver
  public record Daemon(boolean traces, StoreUse use, Optional<String> loaded) {}

  /// One pass over all of them.
  ///
  /// @throws NoSuchFileException if containerd's root is given and not there
  public Found read(RootDirectory root, Daemon daemon, Freshness freshness) throws IOException {
    Optional<Place> place = search.find(root, prefix, settings, daemon.traces());
    if (place.isEmpty()) {
      return daemon.traces() ? Found.nothing(search.absence()) : Found.NOTHING;
    }
    return switch (place.get()) {
      case Inside(String path) -> {
        if (settings.root().isPresent() && root.find(path).isEmpty()) {
          throw new NoSuchFileException(root.path().resolve(path).toString());
        }
        yield read(root, new Home(root, path + "/", path), daemon, freshness);
      }
      case Outside(Path path) -> {
        try (var outside = RootDirectory.open(path)) {
          yield read(root, new Home(outside, "", path.toString()), daemon, freshness);
        }
      }
    };
  }

  private Found read(RootDirectory root, Home home, Daemon daemon, Freshness freshness)
      throws IOException {
    if (!HomeSearch.isHome(home)) {
      stores = Map.of();
      lastKnown = MetaDatabase.EMPTY;
      return Found.nothing(
          given() + ": not containerd's root directory, which has io.containerd.*");
    }
    var read =
        meta.read(home.root(), home.inRoot(home.shown() + "/" + ContainerdLayout.META), freshness);
    MetaDatabase known =
        read instanceof BoltCache.Known<MetaDatabase>(MetaDatabase database)
            ? database
            : MetaDatabase.EMPTY;
    MetaDatabase before = lastKnown;
    boolean isRead = read instanceof BoltCache.Known<MetaDatabase>;
    lastKnown = isRead ? known : before;
    // What cannot be read may have any namespace, and most likely those that it had.
    boolean unseen = !isRead && settings.root().isPresent();
    Set<String> followed = followed();
    var uses = new LinkedHashMap<ContainerdLayout, StoreUse>();
    for (String namespace : followed) {
      if (unseen || isStore(namespace, lastKnown.namespaces(), daemon.traces())) {
        uses.putAll(uses(root, home, namespace, lastKnown.namespace(namespace), daemon));
      }
    }
    keep(uses.keySet());
    return new Found(
        read(
            root,
            new ContainerdStore.Pass(home, read, followed, freshness, clock.instant()),
            uses,
            known.blobsChangedSince(before)),
        absence(known, followed));
  }

  /// Whether dockerd uses each store of a namespace.
  private Map<ContainerdLayout, StoreUse> uses(
      RootDirectory root, Home home, String name, Namespace namespace, Daemon daemon)
      throws IOException {
    Snapshotters snapshotters =
        name.equals(docker())
            ? Snapshotters.ofDaemon(namespace, root, prefix, daemon.loaded())
            : Snapshotters.of(namespace);
    var uses = new LinkedHashMap<ContainerdLayout, StoreUse>();
    for (String snapshotter : snapshotters.names()) {
      uses.put(
          new ContainerdLayout(prefix, home.shown(), name, snapshotter),
          snapshotters.use(snapshotter, daemon.use()));
    }
    return uses;
  }

  /// Forgets the stores that are gone and begins to remember new ones.
  private void keep(Set<ContainerdLayout> layouts) {
    var kept = new LinkedHashMap<ContainerdLayout, ContainerdStore>();
    for (ContainerdLayout layout : layouts) {
      @Nullable ContainerdStore store = stores.get(layout);
      boolean dockers = layout.namespace().equals(docker());
      kept.put(layout, store == null ? new ContainerdStore(layout, dataRoot, dockers) : store);
    }
    stores = kept;
  }

  private List<StoreSnapshot> read(
      RootDirectory root,
      ContainerdStore.Pass pass,
      Map<ContainerdLayout, StoreUse> uses,
      Set<Digest> brought) {
    var snapshots = new ArrayList<StoreSnapshot>();
    var namespaces = new HashSet<String>();
    var snapshotters = new HashSet<String>();
    try (var files = content.open(pass.home(), pass.freshness(), brought)) {
      for (var store : stores.entrySet()) {
        ContainerdLayout layout = store.getKey();
        var first =
            new ContainerdStore.First(
                snapshots.isEmpty(),
                namespaces.add(layout.namespace()),
                snapshotters.add(layout.snapshotter()));
        StoreUse use = uses.getOrDefault(layout, StoreUse.UNKNOWN);
        snapshots.add(store.getValue().read(root, pass, first, files, use));
      }
    }
    return snapshots;
  }

  private Optional<String> absence(MetaDatabase known, Set<String> followed) {
    if (settings.root().isEmpty() || !stores.isEmpty()) {
      return Optional.empty();
    }
    String found = known.namespaces().keySet().stream().limit(MOST_NAMES).collect(joining(", "));
    return Optional.of(
        "%s: found %s, expected %s; --containerd.namespaces says which to read"
            .formatted(
                given(),
                found.isEmpty() ? "no namespaces" : "namespaces " + found,
                String.join(" or ", followed)));
  }

  private String given() {
    return "--containerd.root=" + settings.root().map(Path::toString).orElse("");
  }

  /// Whether there is a store in a namespace. A daemon with a graph driver has one for its running
  /// containers alone.
  private boolean isStore(String namespace, Map<String, Namespace> known, boolean traces) {
    return namespace.equals(docker())
        ? traces || !known.getOrDefault(namespace, Namespace.EMPTY).images().isEmpty()
        : known.containsKey(namespace);
  }

  private Set<String> followed() {
    var followed = new LinkedHashSet<String>();
    for (String namespace : settings.namespaces()) {
      followed.add(namespace.equals(ContainerdSettings.DOCKER) ? docker() : namespace);
    }
    return followed;
  }

  /// Docker's own namespace: with `userns-remap` each data root has one.
  private String docker() {
    String remapped =
        prefix.isEmpty()
            ? String.valueOf(dataRoot.toAbsolutePath().normalize().getFileName())
            : prefix.substring(0, prefix.length() - 1);
    return REMAPPED.matcher(remapped).matches()
        ? ContainerdSettings.DOCKER + "-" + remapped
        : ContainerdSettings.DOCKER;
  }
}

package io.github.dockerimageexporter.store.containerd;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the stores of one daemon in containerd: one for each namespace that is followed, with the
/// snapshotter that has most of its snapshots.
public final class ContainerdStores {
  private static final Pattern REMAPPED = Pattern.compile("[0-9]+\\.[0-9]+");

  /// How the names of BuildKit's own directories begin, one for each snapshotter.
  private static final String BUILDKIT = "containerd-";

  /// More than anybody reads in one line.
  private static final int MOST_NAMES = 10;

  private static final String USUAL_SNAPSHOTTER = "overlayfs";

  private final Path dataRoot;
  private final String prefix;
  private final ContainerdSettings settings;
  private final HomeSearch search;
  private final InstantSource clock = InstantSource.system();
  private final BoltCache<MetaDatabase> meta = new BoltCache<>(MetaDatabase::of);
  private Map<ContainerdLayout, ContainerdStore> stores = Map.of();

  /// @param prefix what leads from the data root to the daemon's own root, with its slash, or
  ///     nothing
  public ContainerdStores(Path dataRoot, String prefix, ContainerdSettings settings) {
    this(dataRoot, prefix, settings, HomeSearch.OF_THIS_HOST);
  }

  ContainerdStores(Path dataRoot, String prefix, ContainerdSettings settings, HomeSearch search) {
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

  /// One pass over all of them.
  ///
  /// @param traces whether the daemon has left traces of a store in containerd
  /// @throws NoSuchFileException if containerd's root is given and not there
  public Found read(RootDirectory root, boolean traces, StoreUse use, Freshness freshness)
      throws IOException {
    Optional<Place> place = search.find(root, prefix, settings, traces);
    if (place.isEmpty()) {
      return traces ? Found.nothing(search.absence()) : Found.NOTHING;
    }
    return switch (place.get()) {
      case Inside(String path) -> {
        if (settings.root().isPresent() && root.find(path).isEmpty()) {
          throw new NoSuchFileException(root.path().resolve(path).toString());
        }
        yield read(root, new Home(root, path + "/", path), traces, use, freshness);
      }
      case Outside(Path path) -> {
        try (var outside = RootDirectory.open(path)) {
          yield read(root, new Home(outside, "", path.toString()), traces, use, freshness);
        }
      }
    };
  }

  private Found read(
      RootDirectory root, Home home, boolean traces, StoreUse use, Freshness freshness)
      throws IOException {
    if (!HomeSearch.isHome(home)) {
      stores = Map.of();
      return Found.nothing(
          given() + ": not containerd's root directory, which has io.containerd.*");
    }
    var read = meta.read(home.root(), home.inRoot(home.shown() + "/" + ContainerdLayout.META));
    MetaDatabase known =
        read instanceof BoltCache.Known<MetaDatabase>(MetaDatabase database)
            ? database
            : MetaDatabase.EMPTY;
    // What cannot be read may have any namespace.
    boolean unseen =
        !(read instanceof BoltCache.Known<MetaDatabase>) && settings.root().isPresent();
    Set<String> followed = followed();
    var kept = new LinkedHashMap<ContainerdLayout, ContainerdStore>();
    var snapshots = new ArrayList<StoreSnapshot>();
    for (String namespace : followed) {
      if (unseen || isStore(namespace, known.namespaces(), traces)) {
        var layout =
            new ContainerdLayout(
                prefix, home.shown(), namespace, snapshotter(root, known.namespace(namespace)));
        @Nullable ContainerdStore store = stores.get(layout);
        kept.put(
            layout,
            store == null
                ? new ContainerdStore(layout, dataRoot, namespace.equals(docker()))
                : store);
      }
    }
    stores = kept;
    for (ContainerdStore store : kept.values()) {
      var pass = new ContainerdStore.Pass(home, read, followed, snapshots.isEmpty());
      snapshots.add(store.read(root, pass, use, freshness, clock.instant()));
    }
    return new Found(snapshots, absence(known, followed));
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

  /// The snapshotter with most snapshots; before the first, the one that BuildKit was started for.
  private String snapshotter(RootDirectory root, Namespace namespace) throws IOException {
    Optional<String> used =
        namespace.snapshots().entrySet().stream()
            .filter(each -> !each.getValue().isEmpty())
            .max(Comparator.comparingInt(each -> each.getValue().size()))
            .map(Map.Entry::getKey);
    return used.isPresent() ? used.get() : ofBuildKit(root).orElse(USUAL_SNAPSHOTTER);
  }

  private Optional<String> ofBuildKit(RootDirectory root) throws IOException {
    String path = prefix + "buildkit";
    if (root.find(path).isEmpty()) {
      return Optional.empty();
    }
    try (Directory directory = root.openDirectory(path)) {
      return directory.sortedEntries().stream()
          .map(DirectoryEntry::name)
          .filter(name -> name.startsWith(BUILDKIT))
          .map(name -> name.substring(BUILDKIT.length()))
          .findFirst();
    }
  }
}

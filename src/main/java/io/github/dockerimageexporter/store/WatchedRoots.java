package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.posix.ExhaustedException;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.store.container.ContainerStore;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.containerd.HomeSearch;
import io.github.dockerimageexporter.store.file.WatchedTree;
import io.github.dockerimageexporter.store.graphdriver.GraphDriverStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Says which directories tell of changes in the stores of a data root: its own, and those of a
/// containerd whose root is elsewhere. What each kind of store has there, the kind says.
public final class WatchedRoots {
  private static final List<WatchedTree> OF_A_DAEMON =
      Stream.concat(
              Stream.of(ContainerStore.WATCHED, HomeSearch.WATCHED),
              GraphDriverStore.WATCHED.stream())
          .toList();

  /// The data root, and the remapped ones in it.
  static final WatchedTree DATA_ROOT =
      WatchedTree.store(
          "",
          Stream.concat(
                  OF_A_DAEMON.stream(),
                  Stream.of(WatchedTree.store(DataRoot.REMAPPED.pattern(), OF_A_DAEMON)))
              .toList());

  /// Of one directory that is said to be both.
  private static final WatchedTree BOTH = DATA_ROOT.and(HomeSearch.HOME);

  private final Path dataRoot;
  private final ContainerdSettings containerd;
  private final HomeSearch search;

  public WatchedRoots(Path dataRoot, ContainerdSettings containerd) {
    this(dataRoot, containerd, HomeSearch.OF_THIS_HOST);
  }

  WatchedRoots(Path dataRoot, ContainerdSettings containerd, HomeSearch search) {
    this.dataRoot = dataRoot.toAbsolutePath().normalize();
    this.containerd = containerd;
    this.search = search;
  }

  /// The directories to watch now, whether they are there or not: the data root, unless it is
  /// absent and need not be there.
  ///
  /// @throws ExhaustedException if this process has no descriptor left to look for them
  public List<WatchedRoot> find() {
    Map<Path, WatchedRoot> found = new LinkedHashMap<>();
    try (RootDirectory root = RootDirectory.open(dataRoot)) {
      found.put(dataRoot, dataRootAlone());
      homes(root).forEach(home -> found.put(home, containerdRoot(home)));
    } catch (NoSuchFileException absent) {
      Optional<Path> given = containerd.root().map(path -> path.toAbsolutePath().normalize());
      return List.of(given.map(this::containerdRoot).orElseGet(this::dataRootAlone));
    } catch (IOException unreadable) {
      return List.of(dataRootAlone());
    }
    return List.copyOf(found.values());
  }

  private WatchedRoot dataRootAlone() {
    return new WatchedRoot("data_root", dataRoot, DATA_ROOT);
  }

  /// The roots of containerd that are not watched with the data root.
  private List<Path> homes(RootDirectory root) throws IOException {
    var found = DataRoot.find(root, containerd);
    var homes = new ArrayList<Path>();
    for (String prefix : found.roots()) {
      Optional<Path> home =
          search
              .find(root, prefix, containerd, found.hasContainerd(root, prefix))
              .map(place -> place.in(dataRoot));
      if (home.isPresent() && !isWatched(home.get()) && !homes.contains(home.get())) {
        homes.add(home.get());
      }
    }
    return homes;
  }

  private boolean isWatched(Path home) {
    return home.startsWith(dataRoot)
        && DATA_ROOT
            .at(dataRoot.relativize(home))
            .filter(tree -> tree.below().equals(HomeSearch.HOME.below()))
            .isPresent();
  }

  private WatchedRoot containerdRoot(Path path) {
    return new WatchedRoot("containerd_root", path, path.equals(dataRoot) ? BOTH : HomeSearch.HOME);
  }
}

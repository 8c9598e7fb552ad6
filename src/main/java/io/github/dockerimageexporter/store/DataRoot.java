package io.github.dockerimageexporter.store;

import static io.github.dockerimageexporter.snapshot.DataRootState.GRAPHDRIVER;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Says what kind of data root a directory is and which stores it holds.
///
/// | found                                            | state         |
/// |--------------------------------------------------|---------------|
/// | a graph driver's store in `image` ([StoreSearch]) | `graphdriver` |
/// | no such store, but traces of a containerd store,  | `containerd`  |
/// | or containerd's root is given                     |               |
/// | neither                                          | `empty`       |
///
/// With `userns-remap` everything lies one level deeper, in `<uid>.<gid>`; both levels are looked
/// at, since a host that was switched has both.
///
/// Source: moby, `daemon/daemon.go`, `daemon/daemon_unix.go` (setupDaemonRoot),
/// `daemon/image_store_choice.go`.
final class DataRoot {
  /// A cache of dockerd with containerd's store, from 29.3 on.
  static final String IDENTITY_CACHE = "image/identity-cache.db";

  static final Pattern REMAPPED = Pattern.compile("[0-9]+\\.[0-9]+");

  /// What a daemon leaves in its data root when containerd keeps the images: mount points of
  /// containers, BuildKit's database for that store, a content store of its own containerd, and,
  /// from 29.3 on, a cache beside where the stores would be.
  private static final List<String> CONTAINERD_TRACES = List.of("rootfs", IDENTITY_CACHE);

  private static final String CONTENT =
      "containerd/daemon/io.containerd.content.v1.content/blobs/sha256";

  /// How the names of BuildKit's own directories begin, one for each snapshotter of containerd.
  private static final String BUILDKIT_OF_CONTAINERD = "containerd-";

  private DataRoot() {}

  /// @param roots the prefixes of the root itself and of the remapped ones in it
  /// @param stores sorted by driver label
  /// @param notRead why, for each path in `image` that is not read
  record Found(
      DataRootState state,
      List<String> roots,
      List<GraphDriverLayout> stores,
      Map<String, String> notRead) {

    /// Whether a daemon has kept images in containerd in the root at `prefix`, now or before. What
    /// cannot be looked into is not a trace; it is named where it is read.
    boolean hasContainerd(RootDirectory root, String prefix) {
      try {
        return stores.isEmpty()
            ? DataRoot.hasContainerd(root, prefix)
            : hasRunOnContainerd(root, prefix);
      } catch (IOException notSeen) {
        return false;
      }
    }
  }

  /// Opens a data root, which need not be there if containerd's root is given: a node of Kubernetes
  /// has none.
  static RootDirectory open(Path dataRoot, ContainerdSettings containerd) throws IOException {
    return containerd.root().isPresent()
        ? RootDirectory.openIfPresent(dataRoot)
        : RootDirectory.open(dataRoot);
  }

  /// @throws AccessDeniedException if a directory on the way to a store cannot be listed
  static Found find(RootDirectory root, ContainerdSettings containerd) throws IOException {
    List<String> prefixes = new ArrayList<>(List.of(""));
    for (DirectoryEntry entry : root.entries()) {
      if (StoreSearch.mayBeDirectory(entry) && REMAPPED.matcher(entry.name()).matches()) {
        prefixes.add(entry.name() + "/");
      }
    }
    var search = new StoreSearch(root);
    for (String prefix : prefixes) {
      search.in(prefix);
    }
    List<GraphDriverLayout> stores =
        search.stores().stream().sorted(Comparator.comparing(GraphDriverLayout::driver)).toList();
    DataRootState state = stores.isEmpty() ? otherState(root, prefixes, containerd) : GRAPHDRIVER;
    return new Found(state, prefixes, stores, search.notRead());
  }

  /// What a root without a store is. Beside a store, traces need not be visible.
  private static DataRootState otherState(
      RootDirectory root, List<String> prefixes, ContainerdSettings containerd) throws IOException {
    if (containerd.root().isPresent()) {
      return DataRootState.CONTAINERD;
    }
    for (String prefix : prefixes) {
      if (hasContainerd(root, prefix)) {
        return DataRootState.CONTAINERD;
      }
    }
    return DataRootState.EMPTY;
  }

  /// Whether a daemon has kept images in containerd here, now or before.
  private static boolean hasContainerd(RootDirectory root, String prefix) throws IOException {
    return root.find(prefix + CONTENT).isPresent() || hasRunOnContainerd(root, prefix);
  }

  /// Whether a daemon has run with its images in containerd here. Content alone does not say so:
  /// with a graph driver, Docker keeps the manifests that it pulls there (20.10 on).
  private static boolean hasRunOnContainerd(RootDirectory root, String prefix) throws IOException {
    for (String trace : CONTAINERD_TRACES) {
      if (root.find(prefix + trace).isPresent()) {
        return true;
      }
    }
    try (Directory buildKit = root.openDirectory(prefix + GraphDriverLayout.BUILD_CACHE)) {
      return buildKit.entries().stream()
          .anyMatch(entry -> entry.name().startsWith(BUILDKIT_OF_CONTAINERD));
    } catch (NoSuchFileException none) {
      return false;
    }
  }
}

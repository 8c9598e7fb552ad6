package io.github.dockerimageexporter.store;

import static io.github.dockerimageexporter.model.DataRootState.GRAPHDRIVER;

import io.github.dockerimageexporter.model.DataRootState;
import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/// Says what kind of data root a directory is and which stores it holds.
///
/// | found                                            | state         |
/// |--------------------------------------------------|---------------|
/// | `image/<driver>/` with an `imagedb`, `layerdb` or `repositories.json` | `graphdriver` |
/// | no such store, but traces of a containerd store  | `containerd`  |
/// | neither                                          | `empty`       |
///
/// With `userns-remap` everything lies one level deeper, in `<uid>.<gid>`; both levels are scanned
/// at, since a host that was switched has both.
///
/// Source: moby, `daemon/daemon.go`, `daemon/daemon_unix.go` (setupDaemonRoot),
/// `daemon/image_store_choice.go`.
final class DataRoot {
  private static final Pattern REMAPPED = Pattern.compile("[0-9]+\\.[0-9]+");
  private static final List<String> STORE_PARTS =
      List.of("imagedb", "layerdb", "repositories.json");

  /// What a daemon leaves in its data root when containerd keeps the images: mount points of
  /// containers, BuildKit's database for that store, a content store of its own containerd, and,
  /// from 29.3 on, a cache beside where the stores would be.
  private static final List<String> CONTAINERD_TRACES =
      List.of(
          "rootfs",
          "buildkit/containerd-overlayfs",
          "containerd/daemon/io.containerd.content.v1.content/blobs/sha256",
          "image/identity-cache.db");

  private DataRoot() {}

  /// @param stores sorted by driver label
  record Found(DataRootState state, List<StoreLayout> stores) {}

  /// @throws AccessDeniedException if a directory on the way to a store cannot be listed
  static Found find(Directory root) throws IOException {
    List<String> prefixes = new ArrayList<>(List.of(""));
    for (DirectoryEntry entry : root.entries()) {
      if (entry.kind() == FileKind.DIRECTORY && REMAPPED.matcher(entry.name()).matches()) {
        prefixes.add(entry.name() + "/");
      }
    }
    var stores = new ArrayList<StoreLayout>();
    for (String prefix : prefixes) {
      stores.addAll(stores(root, prefix));
    }
    stores.sort(Comparator.comparing(StoreLayout::driver));
    return new Found(stores.isEmpty() ? otherState(root, prefixes) : GRAPHDRIVER, stores);
  }

  /// What a root without a store is. Beside a store, traces need not be visible.
  private static DataRootState otherState(Directory root, List<String> prefixes)
      throws IOException {
    for (String prefix : prefixes) {
      if (hasAny(root, prefix, CONTAINERD_TRACES)) {
        return DataRootState.CONTAINERD;
      }
    }
    return DataRootState.EMPTY;
  }

  private static List<StoreLayout> stores(Directory root, String prefix) throws IOException {
    var stores = new ArrayList<StoreLayout>();
    try (Directory image = root.openDirectory(prefix + "image")) {
      for (DirectoryEntry entry : image.entries()) {
        if (entry.kind() == FileKind.DIRECTORY && isStore(image, entry.name())) {
          stores.add(new StoreLayout(prefix, entry.name()));
        }
      }
    } catch (NoSuchFileException none) {
      return List.of();
    }
    return stores;
  }

  /// Whether a directory in `image` is a store. One that cannot be looked into is taken for one:
  /// then its parts are unreadable, not absent.
  private static boolean isStore(Directory image, String name) throws IOException {
    try {
      return hasAny(image, name + "/", STORE_PARTS);
    } catch (AccessDeniedException notVisible) {
      return true;
    }
  }

  private static boolean hasAny(Directory directory, String prefix, List<String> names)
      throws IOException {
    for (String name : names) {
      if (directory.find(prefix + name).isPresent()) {
        return true;
      }
    }
    return false;
  }
}

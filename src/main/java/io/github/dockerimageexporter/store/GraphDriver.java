package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DriverDirectory;
import io.github.dockerimageexporter.model.DriverDirectory.Owner;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.model.OverlayRecord;
import io.github.dockerimageexporter.model.RwLayer;
import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Lists a graph driver's home: which directories there are, and whether each layer's is there.
///
/// | driver                       | directory of cache ID C | content of the layer |
/// |------------------------------|-------------------------|----------------------|
/// | `overlay2`, `fuse-overlayfs` | `C`                     | `C/diff`             |
/// | `vfs`                        | `dir/C`                 | the same             |
/// | `btrfs`                      | `subvolumes/C`          | the same             |
///
/// Of other drivers nothing is known: zfs and devicemapper keep no directory, the rest is history.
///
/// Source: moby, `daemon/graphdriver/{overlay2,fuse-overlayfs,vfs,btrfs}`.
final class GraphDriver {
  private final StoreLayout layout;
  private final Path dataRoot;
  private final Optional<Form> form;
  private final OverlayStore overlays = new OverlayStore();
  private Map<String, Found> last = Map.of();

  GraphDriver(StoreLayout layout, Path dataRoot) {
    this.layout = layout;
    this.dataRoot = dataRoot;
    this.form = Form.of(layout.graphDriver());
  }

  /// @param layers where each layer's content is
  /// @param overlays what the driver has written down about them, if it stacks directories
  /// @param all every directory, sorted by name
  record Directories(
      Map<ChainId, LayerDirectory> layers,
      Map<CacheId, OverlayRecord> overlays,
      List<DriverDirectory> all) {
    private static final Directories UNKNOWN = new Directories(Map.of(), Map.of(), List.of());
  }

  /// How a driver lays out its home.
  ///
  /// @param below the directory in the home that holds the cache IDs, or nothing
  /// @param content the child of a cache ID's directory that holds the content, if one does
  private record Form(String below, Optional<String> content) {
    static Optional<Form> of(String graphDriver) {
      return switch (graphDriver) {
        case "overlay2", "fuse-overlayfs" -> Optional.of(new Form("", Optional.of("diff")));
        case "vfs" -> Optional.of(new Form("/dir", Optional.empty()));
        case "btrfs" -> Optional.of(new Form("/subvolumes", Optional.empty()));
        default -> Optional.empty();
      };
    }

    /// Whether a directory holds one layer, and names those that it stands on.
    boolean stacks() {
      return content.isPresent();
    }

    String contentBelow(String directory) {
      return content.map(child -> directory + "/" + child).orElse(directory);
    }
  }

  private record Found(FileKind kind, long inode, LayerDirectory directory) {}

  Directories read(
      Directory root,
      Collection<Layer> layers,
      Collection<RwLayer> mounts,
      Trust trust,
      Blindness blindness) {
    if (form.isEmpty()) {
      blindness.unknown(StorePart.DIRECTORIES);
      return Directories.UNKNOWN;
    }
    String home = layout.driverHome() + form.get().below();
    Map<String, Owner> owners = owners(layers, mounts);
    Map<CacheId, OverlayRecord> stacked = Map.of();
    try (Directory directory = root.openDirectory(home)) {
      if (form.get().stacks()) {
        overlays.begin(directory);
      }
      last = list(directory, home, form.get(), owners, trust);
      if (form.get().stacks()) {
        readMounts(directory, home, mounts, blindness);
        stacked = overlays.end(directory, home, blindness);
      }
    } catch (NoSuchFileException notVisible) {
      blindness.part(StorePart.DIRECTORIES, home, "not there");
      return Directories.UNKNOWN;
    } catch (IOException unreadable) {
      blindness.part(StorePart.DIRECTORIES, home, unreadable);
      return Directories.UNKNOWN;
    }
    return new Directories(
        directoriesOf(layers, home, form.get()), stacked, all(owners, form.get()));
  }

  private void readMounts(
      Directory home, String path, Collection<RwLayer> mounts, Blindness blindness) {
    for (RwLayer mount : mounts) {
      overlays.read(home, mount.mountId(), path, blindness);
      mount.initId().ifPresent(initId -> overlays.read(home, initId, path, blindness));
    }
  }

  private Map<String, Found> list(
      Directory directory, String home, Form form, Map<String, Owner> owners, Trust trust)
      throws IOException {
    var found = new TreeMap<String, Found>();
    for (DirectoryEntry entry : directory.entries()) {
      Found known = last.get(entry.name());
      boolean same = known != null && known.inode() == entry.inode();
      boolean isLayer = owners.get(entry.name()) == Owner.LAYER;
      if (known == null || !same || (isLayer && !isTrusted(entry, form, trust))) {
        Content content = isLayer ? contentOf(directory, entry, form) : Content.PRESENT;
        known = remember(known, entry, home, form, content);
      }
      found.put(entry.name(), known);
    }
    return found;
  }

  private boolean isTrusted(DirectoryEntry entry, Form form, Trust trust) {
    return trust == Trust.UNCHANGED_DIRECTORIES
        && (!form.stacks() || overlays.trust(entry.name(), entry.inode()));
  }

  private Found remember(
      @Nullable Found known, DirectoryEntry entry, String home, Form form, Content content) {
    if (known != null && known.inode() == entry.inode() && known.directory().content() == content) {
      return known;
    }
    return new Found(
        entry.kind(), entry.inode(), directory(home + "/" + entry.name(), form, content));
  }

  private Content contentOf(Directory home, DirectoryEntry entry, Form form) throws IOException {
    if (entry.kind() != FileKind.DIRECTORY) {
      return Content.FOREIGN;
    }
    if (form.content().isEmpty()) {
      return Content.PRESENT;
    }
    try (Directory own = home.openDirectory(entry.name())) {
      Optional<FileKind> kind = own.find(form.content().get()).map(FileStatus::kind);
      overlays.read(home, own, entry.name(), entry.inode());
      return kind.map(k -> k == FileKind.DIRECTORY ? Content.PRESENT : Content.FOREIGN)
          .orElse(Content.ABSENT);
    } catch (NoSuchFileException vanished) {
      return Content.ABSENT;
    } catch (AccessDeniedException notVisible) {
      return Content.UNREADABLE;
    }
  }

  private Map<ChainId, LayerDirectory> directoriesOf(
      Collection<Layer> layers, String home, Form form) {
    var directories = new TreeMap<ChainId, LayerDirectory>();
    for (Layer layer : layers) {
      Found found = last.get(layer.cacheId().value());
      directories.put(
          layer.chainId(),
          found != null
              ? found.directory()
              : directory(home + "/" + layer.cacheId(), form, Content.ABSENT));
    }
    return directories;
  }

  private LayerDirectory directory(String path, Form form, Content content) {
    return new LayerDirectory(dataRoot.resolve(path), form.contentBelow(path), content);
  }

  private List<DriverDirectory> all(Map<String, Owner> owners, Form form) {
    return last.entrySet().stream()
        .filter(entry -> entry.getValue().kind() == FileKind.DIRECTORY)
        .map(
            entry ->
                new DriverDirectory(
                    entry.getValue().directory().path(),
                    form.content(),
                    entry.getValue().inode(),
                    owners.getOrDefault(entry.getKey(), Owner.OTHER)))
        .toList();
  }

  private static Map<String, Owner> owners(Collection<Layer> layers, Collection<RwLayer> mounts) {
    Map<String, Owner> owners = HashMap.newHashMap(layers.size() + 2 * mounts.size());
    for (RwLayer mount : mounts) {
      owners.put(mount.mountId().value(), Owner.MOUNT);
      mount.initId().ifPresent(initId -> owners.put(initId.value(), Owner.MOUNT));
    }
    layers.forEach(layer -> owners.put(layer.cacheId().value(), Owner.LAYER));
    return owners;
  }
}

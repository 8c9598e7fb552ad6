package io.github.dockerimageexporter.check.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which layer or mount each directory of the overlay driver is for, and which directory it should
/// stand on because of that.
///
/// Whoever removes a mount takes its short name away, then the directory, which may take long, and
/// the mount's record at last. So a mount that no container needs claims nothing unless its short
/// name leads home.
final class OverlayClaims {
  private final GraphDriverSnapshot store;
  private final Set<CacheId> shared;
  private final Map<String, Container> needing;

  /// @param shared the directories that more than one layer claims
  OverlayClaims(GraphDriverSnapshot store, Set<CacheId> shared) {
    this.store = store;
    this.shared = shared;
    this.needing = MountChecks.needing(store);
  }

  /// Who claims a directory; put in words only where there is something to say.
  sealed interface Owner {
    default List<ChainId> layers() {
      return List.of();
    }

    record OfLayer(ChainId layer) implements Owner {
      @Override
      public List<ChainId> layers() {
        return List.of(layer);
      }

      @Override
      public String toString() {
        return "layer " + layer;
      }
    }

    record OfMount(String role, String mount) implements Owner {
      @Override
      public String toString() {
        return role + " " + mount;
      }
    }
  }

  /// A directory that a layer or a mount claims.
  ///
  /// @param below the directory it should stand on; empty for a base
  /// @param comparable whether `below` is beyond doubt
  /// @param needed whether a layer or a container is lost without it
  record Claim(
      CacheId id,
      Optional<CacheId> below,
      boolean comparable,
      boolean needed,
      Owner owner,
      OverlayRecord overlay) {}

  Stream<Claim> ofMounts() {
    return store.mounts().values().stream()
        .flatMap(this::claims)
        .filter(claim -> claim.needed() || claim.overlay().leadsHome());
  }

  Optional<Claim> of(Layer layer) {
    LayerDirectory directory = store.layerDirectories().get(layer.chainId());
    OverlayRecord overlay = store.overlayRecords().get(layer.cacheId());
    if (overlay == null
        || directory == null
        || directory.content() != LayerDirectory.Content.PRESENT
        || !layer.isNamedByItsChain()
        || shared.contains(layer.cacheId())) {
      return Optional.empty();
    }
    Optional<CacheId> below =
        layer.parent().isPresent() ? cacheId(layer.parent().get()) : Optional.empty();
    return Optional.of(
        new Claim(
            layer.cacheId(),
            below,
            below.isPresent() == layer.parent().isPresent(),
            true,
            new Owner.OfLayer(layer.chainId()),
            overlay));
  }

  private Stream<Claim> claims(RwLayer mount) {
    Optional<CacheId> image = mount.parent().flatMap(this::cacheId);
    boolean complete = MountChecks.missingFile(mount, store, needing).isEmpty();
    boolean comparable = complete && image.isPresent() == mount.parent().isPresent();
    boolean needed = needing.containsKey(mount.name());
    Stream<Claim> own =
        claim(
            mount.mountId(),
            mount.initId().or(() -> image),
            mount.initId().isPresent() || comparable,
            needed,
            new Owner.OfMount("mount", mount.name()));
    Stream<Claim> init =
        mount.initId().stream()
            .flatMap(
                id ->
                    claim(
                        id,
                        image,
                        comparable,
                        needed,
                        new Owner.OfMount("init layer of mount", mount.name())));
    return Stream.concat(own, init);
  }

  private Stream<Claim> claim(
      CacheId id, Optional<CacheId> below, boolean comparable, boolean needed, Owner owner) {
    return Optional.ofNullable(store.overlayRecords().get(id))
        .map(overlay -> new Claim(id, below, comparable, needed, owner, overlay))
        .stream();
  }

  /// The directory of a layer, if no other layer claims it too.
  private Optional<CacheId> cacheId(ChainId chainId) {
    Layer layer = store.layers().get(chainId);
    return layer == null || shared.contains(layer.cacheId())
        ? Optional.empty()
        : Optional.of(layer.cacheId());
  }
}

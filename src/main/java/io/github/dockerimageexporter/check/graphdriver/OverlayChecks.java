package io.github.dockerimageexporter.check.graphdriver;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.DirectoryChecks;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What overlay2 has written down about the directories of layers and mounts, held against the
/// directories that they stand on.
///
/// | directory made by             | stands on                                                  |
/// |-------------------------------|------------------------------------------------------------|
/// | pull, load, commit, builder   | the directory of the layer below                           |
/// | a container                   | its init layer, and that on the image's top layer          |
/// | BuildKit                      | the one that it names, which may hold the same layer again |
///
/// `lower` must be the short name of what a directory stands on, followed by the `lower` of that.
/// Where a directory has no usable short name, that is the problem, and not what its children say;
/// where its own `lower` is wrong, its children's are not looked at.
///
/// Whoever removes a mount takes its short name away, then the directory, which may take long, and
/// the mount's record at last. So a mount that no container needs is left alone unless its short
/// name leads home.
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go` (create, getLower).
final class OverlayChecks {
  private static final Set<Need> NEEDS = Set.of(Need.LAYERS, Need.MOUNTS, Need.DIRECTORIES);

  static final Check<GraphDriverSnapshot> CHECK =
      Check.of(
          GraphDriverSnapshot.class,
          Scope.STORE,
          Basis.RECORDS,
          Map.of(
              Kind.OVERLAY_LINK_INVALID,
              NEEDS,
              Kind.OVERLAY_LINK_DANGLING,
              NEEDS,
              Kind.OVERLAY_LOWER_MISMATCH,
              NEEDS),
          (store, _) -> all(store));

  private OverlayChecks() {}

  /// Who claims a directory; put in words only where there is something to say.
  private sealed interface Owner {
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
  private record Claim(
      CacheId id,
      Optional<CacheId> below,
      boolean comparable,
      boolean needed,
      Owner owner,
      OverlayRecord overlay) {}

  static Stream<Problem> all(GraphDriverSnapshot store) {
    if (store.overlayRecords().isEmpty()) {
      return Stream.empty();
    }
    List<Claim> doubtful = doubtful(store);
    return Stream.concat(
        doubtful.stream().flatMap(claim -> link(claim, store).stream()), lowers(doubtful, store));
  }

  private static boolean isSound(Claim claim, Map<CacheId, OverlayRecord> records) {
    return claim.overlay().leadsHome() && (!claim.comparable() || isCoherent(claim, records));
  }

  private static Optional<Problem> link(Claim claim, GraphDriverSnapshot store) {
    if (claim.overlay().leadsHome()) {
      return Optional.empty();
    }
    String home = store.layout().driverHome() + "/";
    Optional<String> link = claim.overlay().link();
    if (link.filter(OverlayRecord::isLink).isEmpty()) {
      return Optional.of(
          new Problem.OverlayLinkInvalid(
              claim.owner().toString(),
              claim.owner().layers(),
              home + claim.id() + "/link",
              link.map(Quote::of)));
    }
    return Optional.of(
        new Problem.OverlayLinkDangling(
            claim.owner().toString(),
            claim.owner().layers(),
            home + OverlayRecord.LINKS + link.get(),
            claim.overlay().target().map(Quote::of),
            OverlayRecord.targetOf(claim.id())));
  }

  private static Stream<Problem> lowers(List<Claim> claims, GraphDriverSnapshot store) {
    Map<CacheId, OverlayRecord> records = store.overlayRecords();
    List<Claim> suspects =
        claims.stream().filter(claim -> claim.comparable() && !isCoherent(claim, records)).toList();
    Set<CacheId> suspected = suspects.stream().map(Claim::id).collect(toSet());
    return suspects.stream()
        .filter(claim -> claim.below().filter(suspected::contains).isEmpty())
        .map(
            claim ->
                new Problem.OverlayLowerMismatch(
                    claim.owner().toString(),
                    claim.owner().layers(),
                    store.layout().driverHome() + "/" + claim.id() + "/lower",
                    claim.below()));
  }

  private static boolean isCoherent(Claim claim, Map<CacheId, OverlayRecord> records) {
    return standsOn(claim.overlay(), claim.below(), records)
        || (CacheId.isBuildKit(claim.id().value())
            && claim.overlay().below().isPresent()
            && standsOn(claim.overlay(), claim.overlay().below(), records));
  }

  /// Whether `overlay` names just `below` and what that stands on, as far as can be told.
  private static boolean standsOn(
      OverlayRecord overlay, Optional<CacheId> below, Map<CacheId, OverlayRecord> records) {
    if (below.isEmpty()) {
      return overlay.lower().isEmpty();
    }
    OverlayRecord lower = records.get(below.get());
    return lower == null
        || !lower.leadsHome()
        || (overlay.lower().isPresent() && isStack(overlay.lower().get(), lower));
  }

  /// Whether `text` is the short name of `below`, followed by what that stands on.
  private static boolean isStack(String text, OverlayRecord below) {
    String link = below.link().orElseThrow();
    int nearest = OverlayRecord.LINKS.length() + link.length();
    if (!text.startsWith(OverlayRecord.LINKS)
        || !text.startsWith(link, OverlayRecord.LINKS.length())) {
      return false;
    }
    if (below.lower().isEmpty()) {
      return text.length() == nearest;
    }
    String rest = below.lower().get();
    return text.length() == nearest + 1 + rest.length()
        && text.charAt(nearest) == ':'
        && text.endsWith(rest);
  }

  /// The claims that something is wrong with, of all that there are.
  private static List<Claim> doubtful(GraphDriverSnapshot store) {
    Set<CacheId> shared = DirectoryChecks.shared(store);
    Map<String, Container> needing = MountChecks.needing(store);
    var doubtful = new ArrayList<Claim>();
    for (Layer layer : store.layers().values()) {
      Optional<Claim> claim = claim(layer, store, shared);
      if (claim.isPresent() && !isSound(claim.get(), store.overlayRecords())) {
        doubtful.add(claim.get());
      }
    }
    store.mounts().values().stream()
        .flatMap(mount -> claims(mount, store, shared, needing))
        .filter(claim -> claim.needed() || claim.overlay().leadsHome())
        .filter(claim -> !isSound(claim, store.overlayRecords()))
        .forEach(doubtful::add);
    return doubtful;
  }

  private static Optional<Claim> claim(
      Layer layer, GraphDriverSnapshot store, Set<CacheId> shared) {
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
        layer.parent().isPresent()
            ? cacheId(layer.parent().get(), store, shared)
            : Optional.empty();
    return Optional.of(
        new Claim(
            layer.cacheId(),
            below,
            below.isPresent() == layer.parent().isPresent(),
            true,
            new Owner.OfLayer(layer.chainId()),
            overlay));
  }

  private static Stream<Claim> claims(
      RwLayer mount,
      GraphDriverSnapshot store,
      Set<CacheId> shared,
      Map<String, Container> needing) {
    Optional<CacheId> image = mount.parent().flatMap(parent -> cacheId(parent, store, shared));
    boolean complete = MountChecks.missingFile(mount, store, needing).isEmpty();
    boolean comparable = complete && image.isPresent() == mount.parent().isPresent();
    boolean needed = needing.containsKey(mount.name());
    Stream<Claim> own =
        claim(
            mount.mountId(),
            mount.initId().or(() -> image),
            mount.initId().isPresent() || comparable,
            needed,
            new Owner.OfMount("mount", mount.name()),
            store);
    Stream<Claim> init =
        mount.initId().stream()
            .flatMap(
                id ->
                    claim(
                        id,
                        image,
                        comparable,
                        needed,
                        new Owner.OfMount("init layer of mount", mount.name()),
                        store));
    return Stream.concat(own, init);
  }

  private static Stream<Claim> claim(
      CacheId id,
      Optional<CacheId> below,
      boolean comparable,
      boolean needed,
      Owner owner,
      GraphDriverSnapshot store) {
    return Optional.ofNullable(store.overlayRecords().get(id))
        .map(overlay -> new Claim(id, below, comparable, needed, owner, overlay))
        .stream();
  }

  /// The directory of a layer, if no other layer claims it too.
  private static Optional<CacheId> cacheId(
      ChainId chainId, GraphDriverSnapshot store, Set<CacheId> shared) {
    Layer layer = store.layers().get(chainId);
    return layer == null || shared.contains(layer.cacheId())
        ? Optional.empty()
        : Optional.of(layer.cacheId());
  }
}

package io.github.dockerimageexporter.check.graphdriver;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.DirectoryChecks;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.graphdriver.OverlayClaims.Claim;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
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
          OverlayChecks::all);

  private OverlayChecks() {}

  static Stream<Problem> all(GraphDriverSnapshot store, CheckContext context) {
    if (store.overlayRecords().isEmpty()) {
      return Stream.empty();
    }
    var claims = new OverlayClaims(store, DirectoryChecks.shared(store, context).keySet());
    List<Claim> doubtful =
        Stream.concat(
                context
                    .derived(DoubtfulLayers.FOLLOWED)
                    .of(store, context, claims)
                    .values()
                    .stream(),
                claims.ofMounts().filter(claim -> !isSound(claim, store.overlayRecords())))
            .toList();
    return Stream.concat(
        doubtful.stream().flatMap(claim -> link(claim, store).stream()), lowers(doubtful, store));
  }

  static boolean isSound(Claim claim, Map<CacheId, OverlayRecord> records) {
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
            claim.overlay().elsewhere().map(Quote::of),
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
        || (overlay.lower().isPresent() && overlay.lower().get().isOn(lower));
  }
}

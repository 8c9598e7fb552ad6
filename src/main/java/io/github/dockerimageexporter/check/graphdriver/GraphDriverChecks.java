package io.github.dockerimageexporter.check.graphdriver;

import static java.util.Map.entry;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The checks that only the store of a graph driver needs.
public final class GraphDriverChecks {
  private static final Set<Need> OVERLAYS = Set.of(Need.LAYERS, Need.MOUNTS, Need.DIRECTORIES);

  private static final Set<Need> MOUNTS =
      Set.of(Need.MOUNTS, Need.CONTAINERS, Need.LAYER_LIST, Need.DIRECTORY_LIST);

  /// By kind of leftover, what must be seen to know that there is none.
  private static final Map<Kind, Set<Need>> LEFTOVERS =
      Map.ofEntries(
          entry(Kind.LAYER_UNREFERENCED, Set.of(Need.LAYER_LIST)),
          entry(Kind.LAYER_REMOVAL_LEFTOVER, Set.of(Need.REMOVALS)),
          entry(Kind.LAYER_TRANSACTION_LEFTOVER, Set.of(Need.TRANSACTIONS)),
          entry(
              Kind.ORPHAN_DIRECTORY, Set.of(Need.DIRECTORY_LIST, Need.LAYER_LIST, Need.MOUNT_LIST)),
          entry(Kind.OVERLAY_LINK_UNOWNED, Set.of(Need.DIRECTORIES)),
          entry(Kind.MOUNT_UNOWNED, Set.of(Need.MOUNTS, Need.CONTAINER_LIST)),
          entry(Kind.IMAGE_METADATA_ORPHAN, Set.of(Need.IMAGE_LIST, Need.METADATA)),
          entry(Kind.DOWNLOAD_LEFTOVER, Set.of(Need.TEMPORARY)),
          entry(
              Kind.STRAY_ENTRY,
              Set.of(
                  Need.IMAGE_LIST,
                  Need.METADATA,
                  Need.LAYER_LIST,
                  Need.TRANSACTIONS,
                  Need.MOUNT_LIST,
                  Need.DIRECTORIES)));

  public static final List<Check<GraphDriverSnapshot>> ALL =
      List.of(
          of(
              Scope.STORE,
              Basis.RECORDS,
              Map.of(
                  Kind.OVERLAY_LINK_INVALID,
                  OVERLAYS,
                  Kind.OVERLAY_LINK_DANGLING,
                  OVERLAYS,
                  Kind.OVERLAY_LOWER_MISMATCH,
                  OVERLAYS),
              (store, _) -> OverlayChecks.all(store)),
          of(
              Scope.STORE,
              Basis.RECORDS,
              Map.of(
                  Kind.MOUNT_INVALID,
                  MOUNTS,
                  Kind.CONTAINER_MOUNT_MISSING,
                  Set.of(Need.CONTAINERS, Need.MOUNT_LIST)),
              (store, context) -> MountChecks.all(store, context.graph())),
          of(
              Scope.OBJECT,
              Basis.CONTENT,
              Map.of(Kind.LAYER_SIZE_MISMATCH, Set.of(Need.TAR_SPLITS, Need.DIRECTORIES)),
              (store, context) -> SizeChecks.sizes(store, context.evidence())),
          of(
              Scope.OBJECT,
              Basis.CONTENT,
              Map.of(Kind.TAR_SPLIT_INVALID, Set.of(Need.TAR_SPLITS)),
              (store, context) -> SizeChecks.tarSplits(store, context.evidence())),
          new Check<>(
              GraphDriverSnapshot.class,
              Scope.STORE,
              Basis.LEFTOVERS,
              LEFTOVERS,
              (store, context) ->
                  WasteChecks.leftovers(store, context.found(), context.known(), context.grace()),
              WasteChecks::undecided));

  private GraphDriverChecks() {}

  private static Check<GraphDriverSnapshot> of(
      Scope scope,
      Basis basis,
      Map<Kind, Set<Need>> needs,
      Check.Finder<GraphDriverSnapshot> finder) {
    return Check.of(GraphDriverSnapshot.class, scope, basis, needs, finder);
  }
}

package io.github.dockerimageexporter.check.graphdriver;

import static java.util.Map.entry;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.WasteChecks;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The checks that only the store of a graph driver needs.
public final class GraphDriverChecks {
  /// By kind of waste, what must be seen to know that there is none.
  private static final Map<Kind, Set<Need>> WASTE =
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
          OverlayChecks.CHECK,
          MountChecks.CHECK,
          SizeChecks.SIZES,
          SizeChecks.TAR_SPLITS,
          WasteChecks.of(GraphDriverSnapshot.class, WASTE));

  private GraphDriverChecks() {}
}

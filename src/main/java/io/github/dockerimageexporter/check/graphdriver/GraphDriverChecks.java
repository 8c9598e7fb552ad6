package io.github.dockerimageexporter.check.graphdriver;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.List;

/// The checks that only the store of a graph driver needs.
public final class GraphDriverChecks {
  public static final List<Check<GraphDriverSnapshot>> ALL =
      List.of(
          OverlayChecks.CHECK,
          MountChecks.CHECK,
          SizeChecks.SIZES,
          SizeChecks.TAR_SPLITS,
          WasteChecks.CHECK);

  private GraphDriverChecks() {}
}

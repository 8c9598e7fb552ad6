package io.github.dockerimageexporter.scrub.cover;

import io.github.dockerimageexporter.model.ChainId;
import java.util.Map;

/// What one layer hides of those below it that none between them hides already.
///
/// @param isKnown whether all layers could be read, and had no more files than are kept
/// @param hiddenBytes of each lower layer of which it hides any
public record LayerCover(boolean isKnown, Map<ChainId, Long> hiddenBytes) {
  public static final LayerCover UNKNOWN = new LayerCover(false, Map.of());

  public LayerCover {
    hiddenBytes = Map.copyOf(hiddenBytes);
  }
}

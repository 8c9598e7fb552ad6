package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.HashMap;
import java.util.Map;

/// Says which layers sound images name, and so report as missing where they are not there. An
/// answer is kept: many layers may ask about one, and many images may name it.
public final class SoundImages {
  private final StoreSnapshot store;
  private final LayerGraph graph;
  private final Map<ChainId, Boolean> answers = new HashMap<>();

  public SoundImages(StoreSnapshot store, LayerGraph graph) {
    this.store = store;
    this.graph = graph;
  }

  /// Whether a sound image would report `layer` as missing.
  public boolean name(ChainId layer) {
    return answers.computeIfAbsent(
        layer,
        _ ->
            graph.imagesOf(layer).stream()
                .map(store.images()::get)
                .anyMatch(
                    image ->
                        image != null
                            && image.hasIntactConfig()
                            && !ImageChecks.isTooDeep(image, store)));
  }
}

package io.github.dockerimageexporter.repair;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.StoreSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What can be written again into the layer store without loss.
///
/// | file     | follows from                                                           |
/// |----------|------------------------------------------------------------------------|
/// | `diff`   | the configuration of an intact image that contains the layer           |
/// | `parent` | the same                                                               |
/// | `size`   | the layer's tar-split record, if the measured content agrees with that |
/// | the name | `diff` and `parent`                                                    |
final class LayerRecords {
  private final StoreSnapshot store;
  private final LayerGraph graph;

  LayerRecords(StoreSnapshot store, LayerGraph graph) {
    this.store = store;
    this.graph = graph;
  }

  /// The layer that is `missing` under its own name and there under another.
  Optional<Layer> renamed(ChainId missing) {
    return store.layers().values().stream()
        .filter(layer -> layer.impliedChainId().equals(missing))
        .filter(layer -> graph.imagesOf(layer.chainId()).isEmpty())
        .filter(layer -> graph.childrenOf(layer.chainId()).isEmpty())
        .findFirst();
  }

  /// The steps that make the record of a layer agree with an image that contains it; none if it
  /// does. Empty if no intact image contains the layer.
  Optional<List<Step>> restored(ChainId id) {
    Layer layer = store.layers().get(id);
    return layer == null
        ? Optional.empty()
        : graph.imagesOf(id).stream()
            .map(store.images()::get)
            .filter(image -> image != null && image.hasIntactConfig())
            .findFirst()
            .map(image -> restored(layer, image));
  }

  private List<Step> restored(Layer layer, Image image) {
    int index = image.rootFs().chainIds().indexOf(layer.chainId());
    DiffId diffId = image.rootFs().diffIds().get(index);
    Optional<ChainId> parent =
        index == 0 ? Optional.empty() : Optional.of(image.rootFs().chainIds().get(index - 1));
    String path = store.layout().layer(layer.chainId());
    var steps = new ArrayList<Step>();
    if (!layer.diffId().equals(diffId)) {
      steps.add(
          new Step.Write(
              path + "/diff",
              diffId.toString(),
              List.of(new Seen.Text(path + "/diff", layer.diffId().toString()))));
    }
    if (!layer.parent().equals(parent)) {
      steps.add(parent(path + "/parent", layer.parent(), parent));
    }
    return steps;
  }

  private static Step parent(String path, Optional<ChainId> found, Optional<ChainId> expected) {
    Seen seen =
        found
            .<Seen>map(id -> new Seen.Text(path, id.toString()))
            .orElseGet(() -> new Seen.Nothing(path));
    return expected
        .<Step>map(id -> new Step.Write(path, id.toString(), List.of(seen)))
        .orElseGet(() -> Step.MoveAside.of(path, seen));
  }

  static List<Step> size(String path, long recordedBytes, long expectedBytes) {
    return List.of(
        new Step.Write(
            path,
            Long.toString(expectedBytes),
            List.of(new Seen.Text(path, Long.toString(recordedBytes)))));
  }
}

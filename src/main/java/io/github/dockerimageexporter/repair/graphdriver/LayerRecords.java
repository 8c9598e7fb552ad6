package io.github.dockerimageexporter.repair.graphdriver;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.ScannedState;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
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
  private final GraphDriverSnapshot store;
  private final LayerGraph graph;

  LayerRecords(GraphDriverSnapshot store, LayerGraph graph) {
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
  Optional<List<GraphDriverStep>> restored(ChainId id) {
    Layer layer = store.layers().get(id);
    return layer == null ? Optional.empty() : intactImage(id).map(image -> restored(layer, image));
  }

  /// The step that makes the malformed file at `path` agree with an image that contains the layer.
  /// Empty if no intact image contains it, if no image says what the file holds, or if the layer
  /// does not name its directory either.
  Optional<List<GraphDriverStep>> rewritten(ChainId id, String path) {
    InvalidLayer layer = store.invalidLayers().get(id);
    return layer == null || layer.cacheId().isEmpty()
        ? Optional.empty()
        : intactImage(id).flatMap(image -> rewritten(id, path, image)).map(List::of);
  }

  private Optional<GraphDriverStep> rewritten(ChainId id, String path, Image image) {
    int index = image.rootFs().chainIds().indexOf(id);
    ScannedState seen = new ScannedState.Something(store.layout().layer(id));
    return switch (path.substring(path.lastIndexOf('/') + 1)) {
      case "diff" ->
          Optional.of(
              new GraphDriverStep.Write(
                  path, image.rootFs().diffIds().get(index).toString(), List.of(seen)));
      case "parent" -> Optional.of(parent(path, seen, parentAt(index, image)));
      default -> Optional.empty();
    };
  }

  private Optional<Image> intactImage(ChainId id) {
    return graph.imagesOf(id).stream()
        .map(store.images()::get)
        .filter(image -> image != null && image.hasIntactConfig())
        .findFirst();
  }

  private static Optional<ChainId> parentAt(int index, Image image) {
    return index == 0 ? Optional.empty() : Optional.of(image.rootFs().chainIds().get(index - 1));
  }

  private List<GraphDriverStep> restored(Layer layer, Image image) {
    int index = image.rootFs().chainIds().indexOf(layer.chainId());
    DiffId diffId = image.rootFs().diffIds().get(index);
    Optional<ChainId> parent = parentAt(index, image);
    String path = store.layout().layer(layer.chainId());
    var steps = new ArrayList<GraphDriverStep>();
    if (!layer.diffId().equals(diffId)) {
      steps.add(
          new GraphDriverStep.Write(
              path + "/diff",
              diffId.toString(),
              List.of(new ScannedState.Text(path + "/diff", layer.diffId().toString()))));
    }
    if (!layer.parent().equals(parent)) {
      steps.add(parent(path + "/parent", seen(path + "/parent", layer.parent()), parent));
    }
    return steps;
  }

  private static ScannedState seen(String path, Optional<ChainId> found) {
    return found
        .<ScannedState>map(id -> new ScannedState.Text(path, id.toString()))
        .orElseGet(() -> new ScannedState.Nothing(path));
  }

  private static GraphDriverStep parent(
      String path, ScannedState seen, Optional<ChainId> expected) {
    return expected
        .<GraphDriverStep>map(id -> new GraphDriverStep.Write(path, id.toString(), List.of(seen)))
        .orElseGet(() -> GraphDriverStep.MoveAside.of(path, seen));
  }

  static List<GraphDriverStep> size(String path, long recordedBytes, long expectedBytes) {
    return List.of(
        new GraphDriverStep.Write(
            path,
            Long.toString(expectedBytes),
            List.of(new ScannedState.Text(path, Long.toString(recordedBytes)))));
  }
}

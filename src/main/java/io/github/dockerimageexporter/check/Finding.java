package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A problem and its consequences.
///
/// @param affectedImages the images it touches, sorted: its own, or all that contain its layers
public record Finding(Problem problem, List<ImageId> affectedImages) {

  /// The layers that have the problem and all that stand on them, sorted. Computed on request: a
  /// scan does not need them, and on a broken base layer there are many.
  ///
  /// A layer that is not readable does not name its parent, so that what stands on what is taken
  /// from the images as well.
  public List<ChainId> affectedLayers(StoreSnapshot store, LayerGraph graph) {
    Set<ChainId> own = Set.copyOf(problem.layersIn(store));
    var standing = new HashSet<ChainId>(own);
    affectedImages.stream()
        .map(store.images()::get)
        .filter(image -> image != null)
        .forEach(
            image ->
                image
                    .chains()
                    .flatMap(
                        chain -> chain.chainIds().stream().dropWhile(layer -> !own.contains(layer)))
                    .filter(store::hasLayer)
                    .forEach(standing::add));
    return graph.above(standing).stream().sorted().toList();
  }
}

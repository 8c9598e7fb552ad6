package io.github.dockerimageexporter.observation;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which images and layers of one store are intact. This is the one place that decides it.
///
/// @param inconsistentLayers layers with a problem other than waste, and all that stand on them
/// @param inconsistentImages images with such a problem, or with such a layer in their chain
/// @param doubtfulLayers layers of which the record or the directory could not be read, and
///     all that stand on them
/// @param doubtfulImages images whose configuration could not be read or understood, or with such a
///     layer in their chain
public record ChainConsistency(
    Set<ChainId> inconsistentLayers,
    Set<ImageId> inconsistentImages,
    Set<ChainId> doubtfulLayers,
    Set<ImageId> doubtfulImages) {
  public ChainConsistency {
    inconsistentLayers = Set.copyOf(inconsistentLayers);
    inconsistentImages = Set.copyOf(inconsistentImages);
    doubtfulLayers = Set.copyOf(doubtfulLayers);
    doubtfulImages = Set.copyOf(doubtfulImages);
  }

  static ChainConsistency of(StoreSnapshot store, LayerGraph graph, Report report) {
    List<Problem> harmful =
        report.findings().stream()
            .map(Finding::problem)
            .filter(problem -> problem.impact().isHarmful())
            .toList();
    Set<ChainId> layers =
        graph.above(
            harmful.stream().flatMap(problem -> problem.layersIn(store).stream()).collect(toSet()));
    Set<ImageId> images = graph.imagesOf(layers);
    harmful.forEach(problem -> images.addAll(problem.imagesIn(store)));
    Set<ChainId> doubtful = graph.above(unreadableLayers(store, graph));
    Set<ImageId> doubtfulImages = graph.imagesOf(doubtful);
    doubtfulImages.addAll(store.unreadable().images());
    doubtfulImages.addAll(store.invalidImages().keySet());
    return new ChainConsistency(layers, images, doubtful, doubtfulImages);
  }

  /// Whether the chain of `image` is intact.
  public Consistency of(ImageId image) {
    return consistency(inconsistentImages.contains(image), doubtfulImages.contains(image));
  }

  /// Whether `layer` and all layers below it are intact.
  public Consistency of(ChainId layer) {
    return consistency(inconsistentLayers.contains(layer), doubtfulLayers.contains(layer));
  }

  private static Consistency consistency(boolean inconsistent, boolean doubtful) {
    if (inconsistent) {
      return Consistency.INCONSISTENT;
    }
    return doubtful ? Consistency.UNKNOWN : Consistency.CONSISTENT;
  }

  /// All that are named anywhere, if the layers could not be listed to their end, or if their
  /// directories could not.
  private static Set<ChainId> unreadableLayers(StoreSnapshot store, LayerGraph graph) {
    if (store.knows(StorePart.LAYERS) && store.seesDirectories()) {
      var unreadable = new HashSet<>(store.unreadable().layers());
      unreadable.addAll(graph.unseen());
      return unreadable;
    }
    var named = new HashSet<>(graph.namedByImages());
    named.addAll(store.layers().keySet());
    return named;
  }
}

package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.snapshot.Consistency;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The problems of one store and what follows from them, and from what could not be read.
///
/// @param inconsistentLayers layers with a problem other than waste, and all that stand on them
/// @param inconsistentImages images with such a problem, or with such a layer in their chain
/// @param doubtfulLayers layers of which the record or the directory could not be read, and
///     all that stand on them
/// @param doubtfulImages images whose configuration could not be read or understood, or with such a
///     layer in their chain
/// @param incompleteKinds kinds of which there may be more problems than were found
public record Report(
    List<Finding> findings,
    Set<ChainId> inconsistentLayers,
    Set<ImageId> inconsistentImages,
    Set<ChainId> doubtfulLayers,
    Set<ImageId> doubtfulImages,
    Set<Kind> incompleteKinds) {

  public static Report of(StoreSnapshot store, LayerGraph graph, List<Problem> problems) {
    List<Problem> harmful =
        problems.stream().filter(problem -> problem.kind().impact() != Impact.WASTE).toList();
    Set<ChainId> layers =
        graph.above(
            harmful.stream().flatMap(problem -> problem.layersIn(store).stream()).collect(toSet()));
    Set<ImageId> images = imagesOn(layers, graph);
    harmful.forEach(problem -> images.addAll(problem.images()));
    Set<ChainId> doubtful = graph.above(unreadableLayers(store, graph));
    Set<ImageId> doubtfulImages = imagesOn(doubtful, graph);
    doubtfulImages.addAll(store.unreadable().images());
    doubtfulImages.addAll(store.invalidImages().keySet());
    return new Report(
        problems.stream()
            .map(problem -> new Finding(problem, affectedImages(problem, store, graph)))
            .toList(),
        Set.copyOf(layers),
        Set.copyOf(images),
        Set.copyOf(doubtful),
        Set.copyOf(doubtfulImages),
        Set.copyOf(Completeness.incomplete(store, problems)));
  }

  /// Whether the chain of `image` is intact. This is the one place that decides it.
  public Consistency consistencyOf(ImageId image) {
    return consistency(inconsistentImages.contains(image), doubtfulImages.contains(image));
  }

  /// Whether `layer` and all layers below it are intact.
  public Consistency consistencyOf(ChainId layer) {
    return consistency(inconsistentLayers.contains(layer), doubtfulLayers.contains(layer));
  }

  private static Consistency consistency(boolean inconsistent, boolean doubtful) {
    if (inconsistent) {
      return Consistency.INCONSISTENT;
    }
    return doubtful ? Consistency.UNKNOWN : Consistency.CONSISTENT;
  }

  /// Whether [#count] is the whole truth: a count above 0 is worth telling whatever else there is.
  public boolean isCertain(Kind kind) {
    return count(kind) > 0 || !incompleteKinds.contains(kind);
  }

  /// How many problems of each impact touch each image; only images that have any, sorted.
  public Map<ImageId, Map<Impact, Long>> problemsByImage() {
    var counts = new TreeMap<ImageId, Map<Impact, Long>>();
    for (Finding finding : findings) {
      for (ImageId image : finding.affectedImages()) {
        counts
            .computeIfAbsent(image, _ -> new EnumMap<>(Impact.class))
            .merge(finding.problem().kind().impact(), 1L, Long::sum);
      }
    }
    return counts;
  }

  public long count(Kind kind) {
    return findings.stream().filter(finding -> finding.problem().kind() == kind).count();
  }

  private static Set<ImageId> imagesOn(Set<ChainId> layers, LayerGraph graph) {
    var images = new HashSet<ImageId>();
    layers.forEach(layer -> images.addAll(graph.imagesOf(layer)));
    return images;
  }

  /// All that are named anywhere, if the layers could not be listed to their end, or if their
  /// directories could not.
  private static Set<ChainId> unreadableLayers(StoreSnapshot store, LayerGraph graph) {
    if (store.knows(StorePart.LAYERS) && store.seesDirectories()) {
      var unreadable = new HashSet<>(store.unreadable().layers());
      store
          .layerDirectories()
          .forEach(
              (layer, directory) -> {
                if (directory.content() == LayerDirectory.Content.UNREADABLE) {
                  unreadable.add(layer);
                }
              });
      return unreadable;
    }
    var named = new HashSet<>(graph.namedByImages());
    named.addAll(store.layers().keySet());
    return named;
  }

  private static List<ImageId> affectedImages(
      Problem problem, StoreSnapshot store, LayerGraph graph) {
    Stream<ImageId> own = problem.images().stream().filter(store::hasImage);
    Stream<ImageId> above =
        problem.layersIn(store).stream().map(graph::imagesOf).flatMap(Collection::stream);
    return List.copyOf(Stream.concat(own, above).collect(toCollection(TreeSet::new)));
  }
}

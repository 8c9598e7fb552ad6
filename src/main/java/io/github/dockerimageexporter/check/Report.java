package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.StoreSnapshot;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The problems of one store and what follows from them.
///
/// @param inconsistentLayers layers with a problem other than waste, and all that stand on them
/// @param inconsistentImages images with such a problem, or with such a layer in their chain
public record Report(
    List<Finding> findings, Set<ChainId> inconsistentLayers, Set<ImageId> inconsistentImages) {

  public static Report of(StoreSnapshot store, LayerGraph graph, List<Problem> problems) {
    List<Problem> harmful =
        problems.stream().filter(problem -> problem.kind().impact() != Impact.WASTE).toList();
    Set<ChainId> layers =
        graph.above(harmful.stream().map(Problem::layers).flatMap(List::stream).collect(toSet()));
    var images = new HashSet<ImageId>();
    harmful.forEach(problem -> images.addAll(problem.images()));
    layers.forEach(layer -> images.addAll(graph.imagesOf(layer)));
    return new Report(
        problems.stream()
            .map(problem -> new Finding(problem, affectedImages(problem, store, graph)))
            .toList(),
        Set.copyOf(layers),
        Set.copyOf(images));
  }

  public boolean isConsistent(ImageId image) {
    return !inconsistentImages.contains(image);
  }

  public boolean isConsistent(ChainId layer) {
    return !inconsistentLayers.contains(layer);
  }

  public long count(Kind kind) {
    return findings.stream().filter(finding -> finding.problem().kind() == kind).count();
  }

  private static List<ImageId> affectedImages(
      Problem problem, StoreSnapshot store, LayerGraph graph) {
    Stream<ImageId> own = problem.images().stream().filter(store::hasImage);
    Stream<ImageId> above =
        problem.layers().stream().map(graph::imagesOf).flatMap(Collection::stream);
    return List.copyOf(Stream.concat(own, above).collect(toCollection(TreeSet::new)));
  }
}

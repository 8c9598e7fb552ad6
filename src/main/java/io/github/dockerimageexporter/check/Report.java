package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The problems of one store.
///
/// @param findings those that stop the whole host first
/// @param completeKinds kinds of which there are no other problems than `findings` has
/// @param heldBack kinds of which a check may have found problems that are not told
/// @param advice what to do first, where stores of this kind differ from others
public record Report(
    List<Finding> findings, Set<Kind> completeKinds, Set<Kind> heldBack, Map<Kind, String> advice) {
  public Report {
    findings = List.copyOf(findings);
    completeKinds = Set.copyOf(completeKinds);
    heldBack = Set.copyOf(heldBack);
    advice = Map.copyOf(advice);
  }

  static Report of(
      StoreSnapshot store,
      LayerGraph graph,
      List<Problem> problems,
      Set<Kind> completeKinds,
      Set<Kind> heldBack,
      Map<Kind, String> advice) {
    return new Report(
        problems.stream()
            .sorted(Comparator.comparing(Problem::stopsHost).reversed())
            .map(problem -> new Finding(problem, affectedImages(problem, store, graph)))
            .toList(),
        completeKinds,
        heldBack,
        advice);
  }

  /// Whether [#count] is the whole truth: a count above 0 is worth telling whatever else there is.
  public boolean isCertain(Kind kind) {
    return completeKinds.contains(kind) || count(kind) > 0;
  }

  /// Whether the layers' recorded sizes say nothing of their directories, so that none is compared.
  public boolean hasUnknownSizes() {
    return heldBack.contains(Kind.LAYER_SIZE_MISMATCH);
  }

  /// What to do first about problems of a kind.
  public String firstAid(Kind kind) {
    return advice.getOrDefault(kind, kind.firstAid());
  }

  /// How many problems of each impact touch each image; only images that have any, sorted.
  public Map<ImageId, Map<Impact, Long>> problemsByImage() {
    var counts = new TreeMap<ImageId, Map<Impact, Long>>();
    for (Finding finding : findings) {
      for (ImageId image : finding.affectedImages()) {
        counts
            .computeIfAbsent(image, _ -> new EnumMap<>(Impact.class))
            .merge(finding.problem().impact(), 1L, Long::sum);
      }
    }
    return counts;
  }

  public long count(Kind kind) {
    return findings.stream().filter(finding -> finding.problem().kind() == kind).count();
  }

  public long count(Kind kind, Impact impact) {
    return findings.stream()
        .map(Finding::problem)
        .filter(problem -> problem.kind() == kind && problem.impact() == impact)
        .count();
  }

  /// How many problems of a kind stop Docker, or make commands fail for the whole host.
  public long countOfHost(Kind kind) {
    return findings.stream()
        .map(Finding::problem)
        .filter(problem -> problem.kind() == kind && problem.stopsHost())
        .count();
  }

  private static List<ImageId> affectedImages(
      Problem problem, StoreSnapshot store, LayerGraph graph) {
    Stream<ImageId> own = problem.imagesIn(store).stream().filter(store::hasImage);
    Stream<ImageId> above = graph.imagesOf(problem.layersIn(store)).stream();
    return Stream.concat(own, above).distinct().sorted().toList();
  }
}

package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What a check may look at besides the store itself.
///
/// @param evidence what reading the layers has shown by now
/// @param grace what has changed since then may still be at work, so that it is no waste
/// @param known the problems that the scan before told of
/// @param found what checks of an earlier [Check.Basis] have found in this scan
public record CheckContext(
    LayerGraph graph,
    LayerEvidence evidence,
    Instant grace,
    Set<Problem> known,
    List<Problem> found) {

  /// What the first checks of a scan may look at.
  public static CheckContext of(
      LayerGraph graph, LayerEvidence evidence, Instant grace, Set<Problem> known) {
    return new CheckContext(graph, evidence, grace, known, List.of());
  }

  CheckContext after(List<Problem> found) {
    return new CheckContext(graph, evidence, grace, known, List.copyOf(found));
  }
}

package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.persistent.Derivations;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
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
/// @param derivations what checks follow from scan to scan of one store
/// @param found what checks of an earlier [Check.Basis] have found in this scan
public record CheckContext(
    LayerGraph graph,
    LayerEvidence evidence,
    Instant grace,
    Set<Problem> known,
    Derivations derivations,
    List<Problem> found) {

  /// What the first checks of a scan may look at.
  public static CheckContext of(
      LayerGraph graph,
      LayerEvidence evidence,
      Instant grace,
      Set<Problem> known,
      Derivations derivations) {
    return new CheckContext(graph, evidence, grace, known, derivations, List.of());
  }

  /// The same for a store of which nothing was followed.
  public static CheckContext of(
      LayerGraph graph, LayerEvidence evidence, Instant grace, Set<Problem> known) {
    return of(graph, evidence, grace, known, new Derivations());
  }

  /// What follows the store's maps as `derivation` says.
  public <T> T derived(Derivation<T> derivation) {
    return derivations.get(derivation);
  }

  /// What checks may look at after others have found `found`.
  public CheckContext after(List<Problem> found) {
    return new CheckContext(graph, evidence, grace, known, derivations, List.copyOf(found));
  }
}

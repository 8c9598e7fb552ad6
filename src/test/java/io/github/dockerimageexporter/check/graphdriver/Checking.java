package io.github.dockerimageexporter.check.graphdriver;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.check.ContentProblem;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.SharedChecks;
import io.github.dockerimageexporter.check.StatedEvidence;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.persistent.Derivations;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What all checks say of one snapshot of a graph driver's store, without a second scan.
public final class Checking {
  private static final Checker CHECKER =
      new Checker(List.of(SharedChecks.ALL, GraphDriverChecks.ALL));

  /// All that these checks can tell.
  public static final Set<Kind> KINDS =
      Stream.of(SharedChecks.ALL, GraphDriverChecks.ALL)
          .flatMap(List::stream)
          .flatMap(check -> check.needs().keySet().stream())
          .collect(toSet());

  /// Those that can be told without a scrub.
  public static final Set<Kind> UNSCRUBBED = unscrubbed(KINDS);

  private Checking() {}

  /// Those of `all` that can be told without a scrub.
  public static Set<Kind> unscrubbed(Set<Kind> all) {
    Set<Kind> kinds = EnumSet.copyOf(all);
    for (Fault fault : Fault.values()) {
      kinds.remove(ContentProblem.kindOf(fault));
    }
    return kinds;
  }

  /// What the snapshot alone shows.
  ///
  /// @param grace what has changed since then is no waste yet
  public static ObservedStore observe(StoreSnapshot store, Instant grace) {
    return observe(store, StatedEvidence.NONE, grace);
  }

  public static ObservedStore observe(StoreSnapshot store, LayerEvidence evidence, Instant grace) {
    var graph = LayerGraph.of(store);
    var context = CheckContext.of(graph, evidence, grace, Set.of());
    return observe(store, context, CHECKER.check(store, context));
  }

  /// With these problems, whatever the checks would say.
  public static ObservedStore observe(StoreSnapshot store, List<Problem> problems) {
    var context = CheckContext.of(LayerGraph.of(store), StatedEvidence.NONE, Instant.MAX, Set.of());
    return observe(store, context, problems);
  }

  private static ObservedStore observe(
      StoreSnapshot store, CheckContext context, List<Problem> problems) {
    return ObservedStore.of(store, context.graph(), CHECKER.report(store, context, problems));
  }

  public static List<Problem> problems(StoreSnapshot store, Instant grace) {
    return problems(store, Set.of(), grace);
  }

  /// What one scan finds that has `followed` the store.
  public static List<Problem> problems(StoreSnapshot store, Derivations followed, Instant grace) {
    var context =
        CheckContext.of(LayerGraph.of(store), StatedEvidence.NONE, grace, Set.of(), followed);
    return CHECKER.check(store, context);
  }

  /// What one scan finds.
  ///
  /// @param known what the scan before told of
  public static List<Problem> problems(StoreSnapshot store, Set<Problem> known, Instant grace) {
    var context = CheckContext.of(LayerGraph.of(store), StatedEvidence.NONE, grace, known);
    return CHECKER.check(store, context);
  }
}

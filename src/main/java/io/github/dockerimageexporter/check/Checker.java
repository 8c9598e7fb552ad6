package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Runs checks on snapshots, each on the stores that it is for. Checks are pure, so that their
/// order within one [Basis] decides only that of the report.
public final class Checker {
  private final List<Check<?>> checks;
  private final List<Advice> advice;

  /// What to do first about problems of stores of one kind, where that is not what [Kind#firstAid]
  /// says for all.
  public record Advice(Class<? extends StoreSnapshot> store, Map<Kind, String> firstAid) {
    public Advice {
      firstAid = Map.copyOf(firstAid);
    }
  }

  /// One that runs the checks of all `lists`: that for every kind of store, and one for each kind.
  public Checker(List<List<? extends Check<?>>> lists) {
    this(lists, List.of());
  }

  /// @param advice what differs from one kind of store to another
  public Checker(List<List<? extends Check<?>>> lists, List<Advice> advice) {
    this.checks = lists.stream().<Check<?>>flatMap(List::stream).toList();
    this.advice = List.copyOf(advice);
  }

  /// The problems of `store`, in the order of the checks.
  public List<Problem> check(StoreSnapshot store, CheckContext context) {
    var found = new ArrayList<Problem>();
    for (Basis basis : Basis.values()) {
      found.addAll(check(store, basis, context.after(found)).toList());
    }
    return List.copyOf(found);
  }

  /// What checks of `basis` find. A layer with another problem is not held against its content:
  /// that would only tell of the same cause again. What content shows is told once.
  public Stream<Problem> check(StoreSnapshot store, Basis basis, CheckContext context) {
    Stream<Problem> found =
        checksOf(store)
            .filter(check -> check.basis() == basis)
            .flatMap(check -> check.find(store, context));
    if (basis != Basis.CONTENT) {
      return found;
    }
    Set<ChainId> told =
        context.found().stream().flatMap(problem -> problem.layers().stream()).collect(toSet());
    Set<Problem> before = Set.copyOf(context.found());
    return found.filter(
        problem -> !before.contains(problem) && Collections.disjoint(problem.layers(), told));
  }

  /// What follows from `problems`, those of `store` that are told.
  ///
  /// @param context what the checks have looked at besides the store
  public Report report(StoreSnapshot store, CheckContext context, List<Problem> problems) {
    Set<Kind> heldBack = heldBack(store, context, problems);
    return Report.of(
        store,
        context.graph(),
        problems,
        completeKinds(store, heldBack),
        heldBack,
        adviceOn(store));
  }

  /// The kinds of which there may be problems besides `problems`, those that are told.
  public Set<Kind> heldBack(StoreSnapshot store, CheckContext context, List<Problem> problems) {
    return checksOf(store)
        .flatMap(check -> check.omissions(store, context, problems))
        .collect(toSet());
  }

  /// The kinds of which there are no problems but those that are told: what a check of them needs
  /// was seen, and none is held back.
  private Set<Kind> completeKinds(StoreSnapshot store, Set<Kind> heldBack) {
    Set<Need> unmet = store.unmet();
    Set<Kind> complete = EnumSet.noneOf(Kind.class);
    Set<Kind> doubted = EnumSet.noneOf(Kind.class);
    checksOf(store)
        .flatMap(check -> check.needs().entrySet().stream())
        .forEach(
            kind ->
                (Collections.disjoint(kind.getValue(), unmet) ? complete : doubted)
                    .add(kind.getKey()));
    complete.removeAll(doubted);
    complete.removeAll(heldBack);
    return complete;
  }

  private Map<Kind, String> adviceOn(StoreSnapshot store) {
    return advice.stream()
        .filter(each -> each.store().isInstance(store))
        .map(Advice::firstAid)
        .findFirst()
        .orElse(Map.of());
  }

  private Stream<Check<?>> checksOf(StoreSnapshot store) {
    return checks.stream().filter(check -> check.isFor(store));
  }
}

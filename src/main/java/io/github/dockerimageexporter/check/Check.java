package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// One check of stores of some kind, as a value: what it can tell, what it must see for that, and
/// how it finds it.
///
/// What it finds is told even where a part of the store that it needs is unreadable. That it finds
/// nothing then says nothing, which [Checker] derives from `needs`; no check has to.
///
/// @param store the kind of store that it is for
/// @param scope what an answer depends on
/// @param basis what it looks at, and so when its turn is
/// @param needs the kinds of problems that it can tell, and what it must see to find all of each
/// @param finder finds the problems
/// @param omissions says of which kinds it may hold some back
public record Check<S extends StoreSnapshot>(
    Class<S> store,
    Scope scope,
    Basis basis,
    Map<Kind, Set<Need>> needs,
    Finder<S> finder,
    Omissions<S> omissions) {

  /// What an answer depends on.
  public enum Scope {
    /// One image, layer or container, and what that stands on.
    OBJECT,
    /// The whole store.
    STORE
  }

  /// What a check looks at. Those that look at records come first, since a layer with another
  /// problem is not held against its content, and much may look unused that has lost its user.
  public enum Basis {
    RECORDS,
    /// What reading the layers has shown.
    CONTENT,
    /// What nothing answers for.
    LEFTOVERS
  }

  /// Finds problems in a store.
  @FunctionalInterface
  public interface Finder<S extends StoreSnapshot> {
    Stream<Problem> find(S store, CheckContext context);
  }

  /// Says of which kinds there may be problems that were not told, given those that were.
  @FunctionalInterface
  public interface Omissions<S extends StoreSnapshot> {
    Stream<Kind> of(S store, CheckContext context, List<Problem> reported);
  }

  /// One that can tell problems of `kind` from the records of any store.
  static Check<StoreSnapshot> of(
      Scope scope, Kind kind, Set<Need> needs, Finder<StoreSnapshot> finder) {
    return of(StoreSnapshot.class, scope, Basis.RECORDS, Map.of(kind, needs), finder);
  }

  /// One that tells all that it finds.
  public static <S extends StoreSnapshot> Check<S> of(
      Class<S> store, Scope scope, Basis basis, Map<Kind, Set<Need>> needs, Finder<S> finder) {
    return new Check<>(store, scope, basis, needs, finder, (_, _, _) -> Stream.empty());
  }

  /// Whether it is for stores like `snapshot`.
  boolean isFor(StoreSnapshot snapshot) {
    return store.isInstance(snapshot);
  }

  /// The problems of `snapshot`, a store that it is for.
  Stream<Problem> find(StoreSnapshot snapshot, CheckContext context) {
    return finder.find(store.cast(snapshot), context).peek(this::requireDeclared);
  }

  /// The kinds of which it may have held problems back, given those that were told.
  Stream<Kind> omissions(StoreSnapshot snapshot, CheckContext context, List<Problem> reported) {
    return omissions.of(store.cast(snapshot), context, reported);
  }

  private void requireDeclared(Problem problem) {
    if (!needs.containsKey(problem.kind())) {
      throw new IllegalStateException(problem.kind() + " is told by a check of " + needs.keySet());
    }
  }
}

package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The names of images, held against the images.
///
/// Source: moby, `daemon/internal/refstore/store.go`.
final class ReferenceChecks {
  static final List<Check<StoreSnapshot>> ALL =
      List.of(
          Check.of(
              Scope.STORE,
              Kind.REFERENCES_INVALID,
              Set.of(Need.REFERENCES),
              (store, _) -> invalidReferences(store)),
          Check.of(
              Scope.STORE,
              Kind.REFERENCE_DANGLING,
              Set.of(Need.REFERENCE_NAMES, Need.IMAGE_LIST),
              (store, _) -> danglingReferences(store)));

  private ReferenceChecks() {}

  static Stream<Problem> invalidReferences(StoreSnapshot store) {
    return store.invalidReferences().stream()
        .map(
            reason ->
                new Problem.ReferencesInvalid(
                    store.paths().references(), reason, store.paths().isDockers()));
  }

  /// One problem for each image that is not there, however many names it had.
  static Stream<Problem> danglingReferences(StoreSnapshot store) {
    if (!store.knows(StorePart.IMAGES)) {
      return Stream.empty();
    }
    return store.references().stream()
        .filter(reference -> reference.imageId().filter(store::hasImage).isEmpty())
        .collect(groupingBy(Reference::target, TreeMap::new, mapping(Reference::name, toList())))
        .entrySet()
        .stream()
        .map(
            lost ->
                new Problem.ReferenceDangling(
                    store.paths().references(), lost.getKey(), lost.getValue()));
  }
}

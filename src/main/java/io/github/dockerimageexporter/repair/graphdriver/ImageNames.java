package io.github.dockerimageexporter.repair.graphdriver;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Names of images, and where those can be had again.
///
/// A name that the daemon has pulled or pushed has a digest beside it in `repositories.json`. A
/// name without one may exist on this host alone, and a public registry may have something else
/// under it, so that it is never pulled.
final class ImageNames {
  private final Map<ImageId, List<Reference>> references;
  private final Set<String> inRegistries;
  private final Map<String, List<String>> dangling = new TreeMap<>();

  ImageNames(GraphDriverSnapshot store) {
    this.references =
        store.references().stream()
            .filter(reference -> reference.imageId().isPresent())
            .collect(groupingBy(reference -> reference.imageId().orElseThrow()));
    this.inRegistries =
        store.references().stream()
            .filter(reference -> !reference.digest().isEmpty())
            .map(Reference::repository)
            .collect(toSet());
  }

  /// Names whose image is not there.
  void add(String target, List<String> names) {
    dangling.put(target, List.copyOf(names));
  }

  /// The references of an image, in the order of the store: sorted.
  List<Reference> of(ImageId id) {
    return references.getOrDefault(id, List.of());
  }

  /// Those whose image is not there, by what they name.
  Map<String, List<String>> dangling() {
    return dangling;
  }

  /// How to get the image that has one of `references` again.
  static Optional<GraphDriverStep> byDigest(List<Reference> references, Optional<ImageId> image) {
    return fit(references)
        .filter(reference -> !reference.digest().isEmpty())
        .findFirst()
        .map(reference -> new GraphDriverStep.Pull(reference.name(), image));
  }

  /// How to get what a registry has by now under one of `references`.
  Optional<GraphDriverStep> byTag(List<Reference> references) {
    return fit(references)
        .filter(reference -> inRegistries.contains(reference.repository()))
        .findFirst()
        .map(reference -> new GraphDriverStep.Pull(reference.name(), Optional.empty()));
  }

  private static Stream<Reference> fit(List<Reference> references) {
    return references.stream().filter(SafeNames::isReference);
  }
}

package io.github.dockerimageexporter.repair.graphdriver;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Gets images again that were moved aside or lost, each once, and says which cannot be had.
final class ImagePulls {
  private final GraphDriverSnapshot store;
  private final ImageNames names;
  private final Set<ImageId> pulled = new HashSet<>();
  private final Set<ImageId> lost = new HashSet<>();
  private final List<GraphDriverStep> steps = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();

  /// @param images those that are moved aside
  ImagePulls(GraphDriverSnapshot store, Set<ImageId> images, ImageNames names) {
    this.store = store;
    this.names = names;
    Set<ImageId> builtOn =
        images.stream()
            .map(store.images()::get)
            .filter(image -> image != null)
            .flatMap(image -> image.parent().stream())
            .collect(toSet());
    images.forEach(id -> image(id, builtOn.contains(id)));
    names.dangling().forEach(this::dangling);
  }

  List<GraphDriverStep> steps() {
    return steps;
  }

  List<String> losses() {
    return losses;
  }

  /// Adds the images that stay and were built on one that does not come back.
  void addLostParents(Map<ImageId, ImageId> lostParents) {
    for (Image image : store.images().values()) {
      image.parent().filter(lost::contains).ifPresent(it -> lostParents.put(image.id(), it));
    }
  }

  /// The recorded size of those of the `moved` layers that are pulled again.
  long neededBytes(Set<ChainId> moved) {
    return pulled.stream()
        .map(store.images()::get)
        .filter(image -> image != null)
        .flatMap(image -> image.rootFs().chainIds().stream())
        .filter(moved::contains)
        .distinct()
        .map(store.layers()::get)
        .filter(layer -> layer != null)
        .mapToLong(Layer::sizeBytes)
        .sum();
  }

  private void image(ImageId id, boolean isBuiltOn) {
    List<Reference> references = names.of(id);
    Optional<GraphDriverStep> byDigest = ImageNames.byDigest(references, Optional.of(id));
    if (byDigest.isPresent()) {
      steps.add(byDigest.get());
      pulled.add(id);
      return;
    }
    lost.add(id);
    Optional<GraphDriverStep> byTag = names.byTag(references);
    if (byTag.isPresent()) {
      steps.add(
          new GraphDriverStep.Note(
              "Pulled by tag, as no digest is known: the tag may name another image by now."));
      steps.add(byTag.get());
    } else if (!references.isEmpty() || !isBuiltOn) {
      String name = names(id, references);
      steps.add(new GraphDriverStep.Note("no command: build or load " + name + " again"));
      losses.add(
          "Image " + name + ": no registry digest is known, so it must be built or loaded again.");
    }
  }

  private void dangling(String target, List<String> all) {
    List<Reference> references = all.stream().map(name -> new Reference(name, target)).toList();
    Optional<ImageId> image = references.getFirst().imageId();
    Optional<GraphDriverStep> pull = ImageNames.byDigest(references, image);
    if (pull.isPresent()) {
      steps.add(pull.get());
      return;
    }
    for (Reference reference : references) {
      names.byTag(List.of(reference)).ifPresentOrElse(steps::add, () -> drop(reference));
    }
  }

  private void drop(Reference reference) {
    if (SafeNames.isReference(reference) && reference.digest().isEmpty()) {
      steps.add(new GraphDriverStep.DropName(reference.name()));
    } else {
      steps.add(
          new GraphDriverStep.Note(
              "no command for the name "
                  + Quote.line(reference.name())
                  + ": Docker does not accept this name; it does no harm"));
    }
  }

  private static String names(ImageId id, List<Reference> references) {
    return references.isEmpty()
        ? id + " (untagged)"
        : Quote.names(references.stream().map(Reference::name).toList()) + " (" + id + ")";
  }
}

package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What an image's configuration promises, held against the store.
///
/// Source: moby, `daemon/internal/image/{fs,store,image}.go`, which drops such images when the
/// daemon starts.
final class ImageChecks {
  private ImageChecks() {}

  /// Configurations that hash to their name and still are none, or cannot be hashed at all.
  static Stream<Problem> invalidConfigs(StoreSnapshot store) {
    return store.invalidImages().values().stream()
        .filter(Predicate.not(ImageChecks::isChanged))
        .map(
            image ->
                new Problem.ImageConfigInvalid(
                    image.id(), store.layout().imageConfig(image.id()), image.reason()));
  }

  /// Configurations that were changed, readable or not: Docker compares the digest first.
  static Stream<Problem> configDigests(StoreSnapshot store) {
    Stream<Problem> readable =
        store.images().values().stream()
            .filter(image -> !image.hasIntactConfig())
            .map(
                image ->
                    new Problem.ImageConfigDigestMismatch(
                        image.id(), store.layout().imageConfig(image.id()), image.contentDigest()));
    Stream<Problem> unreadable =
        store.invalidImages().values().stream()
            .filter(ImageChecks::isChanged)
            .map(
                image ->
                    new Problem.ImageConfigDigestMismatch(
                        image.id(),
                        store.layout().imageConfig(image.id()),
                        image.contentDigest().orElseThrow()));
    return Stream.concat(readable, unreadable);
  }

  /// Images with more layers than Docker loads, unless the layer at which it stops tells of it.
  static Stream<Problem> tooDeep(StoreSnapshot store) {
    return store.images().values().stream()
        .filter(image -> image.hasIntactConfig() && isTooDeep(image))
        .filter(image -> !store.hasLayer(image.rootFs().chainIds().get(LayerChecks.MAX_DEPTH)))
        .map(
            image ->
                new Problem.ImageTooDeep(
                    image.id(),
                    store.layout().imageConfig(image.id()),
                    image.rootFs().diffIds().size()));
  }

  /// Layers that sound images name and the layer store does not have: one problem for each layer,
  /// however many images name it.
  static Stream<Problem> layersPresent(StoreSnapshot store) {
    if (!store.knows(StorePart.LAYERS)) {
      return Stream.empty();
    }
    return store.images().values().stream()
        .filter(image -> image.hasIntactConfig() && !isTooDeep(image))
        .flatMap(image -> image.rootFs().chainIds().stream())
        .filter(layer -> !store.hasLayer(layer))
        .distinct()
        .sorted()
        .map(layer -> new Problem.LayerMissing(layer, store.layout().layer(layer)));
  }

  /// Images noted as others' parents and not there: one problem for each. A lost image that still
  /// has a name is left to its references.
  static Stream<Problem> parentsPresent(StoreSnapshot store) {
    if (!store.knows(StorePart.IMAGES)) {
      return Stream.empty();
    }
    Set<ImageId> named =
        store.references().stream()
            .flatMap(reference -> reference.imageId().stream())
            .collect(toSet());
    Map<ImageId, List<ImageId>> childrenOf =
        store.images().values().stream()
            .filter(
                image ->
                    image
                        .parent()
                        .filter(parent -> !store.hasImage(parent) && !named.contains(parent))
                        .isPresent())
            .collect(
                groupingBy(
                    image -> image.parent().orElseThrow(),
                    TreeMap::new,
                    mapping(Image::id, toList())));
    return childrenOf.entrySet().stream()
        .map(
            lost ->
                new Problem.ImageParentDangling(
                    lost.getKey(),
                    lost.getValue(),
                    store.layout().imageMetadata()
                        + "/"
                        + lost.getValue().getFirst().digest().hex()
                        + "/parent"));
  }

  static boolean isTooDeep(Image image) {
    return image.rootFs().diffIds().size() > LayerChecks.MAX_DEPTH;
  }

  private static boolean isChanged(InvalidImage image) {
    return image.contentDigest().filter(digest -> !digest.equals(image.id().digest())).isPresent();
  }
}

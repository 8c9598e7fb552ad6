package io.github.dockerimageexporter.check;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What an image's configuration promises, held against the store.
///
/// Source: moby, `daemon/internal/image/{fs,store,image}.go`, which drops such images when the
/// daemon starts.
final class ImageChecks {
  static final List<Check<StoreSnapshot>> ALL =
      List.of(
          Check.of(
              Scope.OBJECT,
              Kind.IMAGE_CONFIG_INVALID,
              Set.of(Need.IMAGES),
              (store, _) -> invalidConfigs(store)),
          Check.of(
              Scope.OBJECT,
              Kind.IMAGE_CONFIG_DIGEST_MISMATCH,
              Set.of(Need.IMAGES),
              (store, _) -> configDigests(store)),
          Check.of(
              Scope.OBJECT,
              Kind.CHAIN_TOO_DEEP,
              Set.of(Need.IMAGES, Need.LAYERS),
              (store, _) -> tooDeep(store)),
          Check.of(
              Scope.STORE,
              Kind.LAYER_MISSING,
              Set.of(Need.IMAGES, Need.LAYER_LIST),
              (store, _) -> layersPresent(store)),
          Check.of(
              Scope.STORE,
              Kind.IMAGE_PARENT_DANGLING,
              Set.of(Need.IMAGES, Need.METADATA),
              (store, _) -> parentsPresent(store)));

  private ImageChecks() {}

  /// Configurations that hash to their name and still are none, or cannot be hashed at all.
  static Stream<Problem> invalidConfigs(StoreSnapshot store) {
    return store.invalidImages().values().stream()
        .filter(Predicate.not(ImageChecks::isChanged))
        .map(
            image ->
                new Problem.ImageConfigInvalid(
                    image.id(), store.paths().imageConfig(image.id()), image.reason()));
  }

  /// Configurations that were changed, readable or not: Docker compares the digest first.
  static Stream<Problem> configDigests(StoreSnapshot store) {
    Stream<Problem> readable =
        store.images().values().stream()
            .filter(image -> !image.hasIntactConfig())
            .map(
                image ->
                    new Problem.ImageConfigDigestMismatch(
                        image.id(), store.paths().imageConfig(image.id()), image.contentDigest()));
    Stream<Problem> unreadable =
        store.invalidImages().values().stream()
            .filter(ImageChecks::isChanged)
            .map(
                image ->
                    new Problem.ImageConfigDigestMismatch(
                        image.id(),
                        store.paths().imageConfig(image.id()),
                        image.contentDigest().orElseThrow()));
    return Stream.concat(readable, unreadable);
  }

  /// Images with more layers than Docker loads, unless the layer at which it stops tells of it.
  static Stream<Problem> tooDeep(StoreSnapshot store) {
    return store.images().values().stream()
        .filter(image -> image.hasIntactConfig() && isTooDeep(image, store))
        .flatMap(image -> tooDeep(image, store).stream());
  }

  /// Layers that sound images name and the layer store does not have: one problem for each layer,
  /// however many images name it.
  static Stream<Problem> layersPresent(StoreSnapshot store) {
    if (!store.knows(StorePart.LAYERS)) {
      return Stream.empty();
    }
    return store.images().values().stream()
        .filter(image -> image.hasIntactConfig() && !isTooDeep(image, store))
        .flatMap(image -> image.layers().stream())
        .filter(layer -> !store.hasLayer(layer))
        .distinct()
        .sorted()
        .map(
            layer ->
                new Problem.LayerMissing(
                    layer, store.paths().layer(layer), store.canRestore(layer)));
  }

  /// Images noted as others' parents and not there: one problem for each. A lost image that still
  /// has a name is left to its references.
  static Stream<Problem> parentsPresent(StoreSnapshot store) {
    if (!store.knows(StorePart.IMAGES)) {
      return Stream.empty();
    }
    Set<ImageId> named = store.namedImages();
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
                    store.paths().imageParent(lost.getValue().getFirst())));
  }

  private static Optional<Problem> tooDeep(Image image, StoreSnapshot store) {
    return image
        .chains()
        .map(RootFs::chainIds)
        .filter(chain -> chain.size() > store.maxDepth())
        .filter(chain -> !store.hasLayer(chain.get(store.maxDepth())))
        .findFirst()
        .map(
            chain ->
                new Problem.ImageTooDeep(
                    image.id(),
                    store.paths().imageConfig(image.id()),
                    chain.size(),
                    store.maxDepth()));
  }

  static boolean isTooDeep(Image image, StoreSnapshot store) {
    return image.chains().anyMatch(chain -> chain.diffIds().size() > store.maxDepth());
  }

  private static boolean isChanged(InvalidImage image) {
    return image.contentDigest().filter(digest -> !digest.equals(image.id().digest())).isPresent();
  }
}

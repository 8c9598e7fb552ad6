package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.Difference;
import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
              ImageChecks::configDigests),
          Check.of(
              Scope.OBJECT,
              Kind.CHAIN_TOO_DEEP,
              Set.of(Need.IMAGES, Need.LAYERS),
              ImageChecks::tooDeep),
          Check.of(
              Scope.STORE,
              Kind.LAYER_MISSING,
              Set.of(Need.IMAGES, Need.LAYER_LIST),
              ImageChecks::layersPresent),
          Check.of(
              Scope.STORE,
              Kind.IMAGE_PARENT_DANGLING,
              Set.of(Need.IMAGES, Need.METADATA),
              ImageChecks::parentsPresent));

  private static final Derivation<DerivedMap<ImageId, Image, Image>> CHANGED =
      () -> DerivedMap.where(Keys.IMAGES, image -> !image.hasIntactConfig());

  /// Layers that images name, and that have no record to go by.
  private static final Derivation<Difference<ChainId, List<ImageId>, Layer>> LAYERS_NAMED_ALONE =
      () -> new Difference<>(Keys.CHAINS);

  private static final Derivation<InverseMap<ImageId, Image, ImageId>> CHILDREN =
      () ->
          new InverseMap<>(
              Keys.IMAGES, Keys.IMAGES, image -> image.parent().map(List::of).orElse(List.of()));

  /// Images that others name as their parent, and that have no configuration to go by.
  private static final Derivation<Difference<ImageId, List<ImageId>, Image>> PARENTS_NAMED_ALONE =
      () -> new Difference<>(Keys.IMAGES);

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
  static Stream<Problem> configDigests(StoreSnapshot store, CheckContext context) {
    Stream<Problem> readable =
        context.derived(CHANGED).of(store.images()).values().stream()
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
  static Stream<Problem> tooDeep(StoreSnapshot store, CheckContext context) {
    return layersNamedAlone(store, context).values().stream()
        .flatMap(List::stream)
        .distinct()
        .sorted()
        .flatMap(image -> Stream.ofNullable(store.images().get(image)))
        .filter(image -> image.hasIntactConfig() && isTooDeep(image, store))
        .flatMap(image -> tooDeep(image, store).stream());
  }

  /// Layers that sound images name and the layer store does not have: one problem for each layer,
  /// however many images name it.
  static Stream<Problem> layersPresent(StoreSnapshot store, CheckContext context) {
    if (!store.knows(StorePart.LAYERS)) {
      return Stream.empty();
    }
    var soundImages = new SoundImages(store, context.graph());
    return layersNamedAlone(store, context).keySet().stream()
        .filter(layer -> !store.hasLayer(layer) && soundImages.name(layer))
        .map(
            layer ->
                new Problem.LayerMissing(
                    layer, store.paths().layer(layer), store.canRestore(layer)));
  }

  /// Images noted as others' parents and not there: one problem for each. A lost image that still
  /// has a name is left to its references.
  static Stream<Problem> parentsPresent(StoreSnapshot store, CheckContext context) {
    PersistentMap<ImageId, List<ImageId>> namedAlone =
        context
            .derived(PARENTS_NAMED_ALONE)
            .of(context.derived(CHILDREN).of(store.images()), store.images());
    if (namedAlone.isEmpty() || !store.knows(StorePart.IMAGES)) {
      return Stream.empty();
    }
    Set<ImageId> named = store.namedImages();
    return namedAlone.entrySet().stream()
        .filter(parent -> !store.hasImage(parent.getKey()) && !named.contains(parent.getKey()))
        .map(
            lost ->
                new Problem.ImageParentDangling(
                    lost.getKey(),
                    lost.getValue(),
                    store.paths().imageParent(lost.getValue().getFirst())));
  }

  /// By layer, the images that name it.
  private static PersistentMap<ChainId, List<ImageId>> layersNamedAlone(
      StoreSnapshot store, CheckContext context) {
    return context.derived(LAYERS_NAMED_ALONE).of(context.graph().imagesOf(), store.layers());
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

package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// All that the series of one image show.
///
/// @param image empty if its configuration could not be understood; then no figure is known
record ImageFigures(
    ImageId id,
    Optional<Image> image,
    OptionalLong size,
    OptionalLong sharedSize,
    OptionalLong uniqueSize,
    OptionalLong contentSize,
    OptionalLong unpackedSize,
    OptionalLong diskBytes,
    OptionalLong freeableBytes,
    OptionalLong hiddenBytes,
    OptionalLong containers,
    Consistency consistency) {

  static ImageFigures of(Image image, ObservedStore observed, Inventory inventory) {
    ImageSizes sizes = inventory.sizes();
    return new ImageFigures(
        image.id(),
        Optional.of(image),
        sizes.sizeOf(image),
        sizes.sharedSizeOf(image),
        sizes.uniqueSizeOf(image),
        sizes.contentSizeOf(image),
        sizes.unpackedSizeOf(image),
        inventory.diskBytesOf(image),
        inventory.freeableBytesOf(image),
        inventory.hiddenBytesOf(image),
        inventory.containersOf(image.id()),
        observed.consistency().of(image.id()));
  }

  static ImageFigures ofInvalid(ImageId id, ObservedStore observed) {
    OptionalLong unknown = OptionalLong.empty();
    return new ImageFigures(
        id,
        Optional.empty(),
        unknown,
        unknown,
        unknown,
        unknown,
        unknown,
        unknown,
        unknown,
        unknown,
        unknown,
        observed.consistency().of(id));
  }

  // Written out, since each is compared with that of the text before: what records generate is
  // several times slower without C2.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ImageFigures that
        && id.equals(that.id)
        && image.equals(that.image)
        && size.equals(that.size)
        && sharedSize.equals(that.sharedSize)
        && uniqueSize.equals(that.uniqueSize)
        && contentSize.equals(that.contentSize)
        && unpackedSize.equals(that.unpackedSize)
        && diskBytes.equals(that.diskBytes)
        && freeableBytes.equals(that.freeableBytes)
        && hiddenBytes.equals(that.hiddenBytes)
        && containers.equals(that.containers)
        && consistency == that.consistency;
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}

package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.Image;
import java.util.OptionalLong;

/// What Docker itself says of the sizes of images, by the rules of one kind of store, and how many
/// it calls dangling. A figure is empty while something that it depends on is not known.
///
/// For one thread: what was summed up for one figure may be kept for the next.
public interface ImageSizes {

  /// What the image's layers take, its base included.
  OptionalLong sizeOf(Image image);

  /// What of that is the compressed copy; empty in a store that keeps none.
  default OptionalLong contentSizeOf(Image image) {
    return OptionalLong.empty();
  }

  /// What of that is ready to run.
  default OptionalLong unpackedSizeOf(Image image) {
    return sizeOf(image);
  }

  /// What of the size other images have as well.
  OptionalLong sharedSizeOf(Image image);

  /// What `image` alone takes.
  OptionalLong uniqueSizeOf(Image image);

  /// How many images have no name and are no image's parent.
  OptionalLong dangling();

  /// What all images take together.
  OptionalLong total();

  /// What removing all images without a container would free, by Docker's count.
  OptionalLong reclaimable();
}

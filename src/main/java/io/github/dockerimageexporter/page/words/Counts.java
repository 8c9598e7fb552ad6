package io.github.dockerimageexporter.page.words;

import io.github.dockerimageexporter.observation.Inventory;
import java.util.List;
import java.util.OptionalLong;

/// How many images and layers there are, in words: of one store, or of all of a data root together.
public final class Counts {
  private Counts() {}

  /// `4 images (and 7 intermediates)`, `11 images` if these cannot be told apart, or
  /// `an unknown number of images`.
  public static String images(List<Inventory> stores) {
    OptionalLong hidden = Inventory.sum(stores, Inventory::hiddenImages);
    String images = count(shownImages(stores), "image");
    return hidden.orElse(0) == 0
        ? images
        : "%s (and %s)".formatted(images, Numbers.count(hidden.getAsLong(), "intermediate"));
  }

  public static String layers(List<Inventory> stores) {
    return count(Inventory.sum(stores, Inventory::layers), "layer");
  }

  public static String directories(long count) {
    return Numbers.count(count, "directory", "directories");
  }

  /// What Docker's own summary says of images, and which Docker says so.
  public static String systemDf(long totalBytes, long reclaimableBytes) {
    return "docker system df reports %s for images, %s of it reclaimable (Docker 29.6 and later)"
        .formatted(Bytes.format(totalBytes), Bytes.format(reclaimableBytes));
  }

  /// The images that Docker lists, or all if it is not known which those are.
  public static OptionalLong shownImages(List<Inventory> stores) {
    OptionalLong all = Inventory.sum(stores, Inventory::images);
    return all.isEmpty()
        ? all
        : OptionalLong.of(
            all.getAsLong() - Inventory.sum(stores, Inventory::hiddenImages).orElse(0));
  }

  private static String count(OptionalLong count, String one) {
    return count.isPresent()
        ? Numbers.count(count.getAsLong(), one)
        : "an unknown number of " + one + "s";
  }
}

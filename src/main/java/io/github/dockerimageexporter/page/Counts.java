package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.observation.Inventory;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/// How many images and layers there are, in words: of one store, or of all of a data root together.
public final class Counts {
  private Counts() {}

  /// `4 images (and 7 intermediates)`, `11 images` if these cannot be told apart, or
  /// `an unknown number of images`.
  public static String images(List<Inventory> stores) {
    OptionalLong hidden = sum(stores, Inventory::hiddenImages);
    String images = count(shownImages(stores), "image");
    return hidden.orElse(0) == 0
        ? images
        : "%s (and %s)".formatted(images, DisplayNames.count(hidden.getAsLong(), "intermediate"));
  }

  public static String layers(List<Inventory> stores) {
    return count(sum(stores, Inventory::layers), "layer");
  }

  public static String directories(long count) {
    return DisplayNames.count(count, "directory", "directories");
  }

  /// The images that Docker lists, or all if it is not known which those are.
  static OptionalLong shownImages(List<Inventory> stores) {
    OptionalLong all = sum(stores, Inventory::images);
    return all.isEmpty()
        ? all
        : OptionalLong.of(all.getAsLong() - sum(stores, Inventory::hiddenImages).orElse(0));
  }

  /// Empty if it is for one of them.
  static OptionalLong sum(List<Inventory> stores, Function<Inventory, OptionalLong> figure) {
    long sum = 0;
    for (Inventory store : stores) {
      OptionalLong one = figure.apply(store);
      if (one.isEmpty()) {
        return one;
      }
      sum += one.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  private static String count(OptionalLong count, String one) {
    return count.isPresent()
        ? DisplayNames.count(count.getAsLong(), one)
        : "an unknown number of " + one + "s";
  }
}

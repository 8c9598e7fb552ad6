package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The intermediates of builds, each behind the image that the build made.
///
/// An intermediate has no reference and is some image's parent; Docker does not list it. It belongs
/// to the image whose parents lead to it: of several, to the first that has a name.
public final class Intermediates {
  private final Set<ImageId> referenced;
  private final Set<ImageId> hidden;
  private final Map<ImageId, ImageId> homes;
  private final boolean known;

  /// Images as a person knows them.
  ///
  /// @param image the image, or an intermediate that belongs to none
  /// @param touched whether `image` itself is meant, or some of its intermediates alone
  public record Group(ImageId image, boolean touched, int intermediates) {

    /// `app:1`, `app:1 and 3 intermediates`, or `3 intermediates of app:1`.
    ///
    /// @param name what to call the image
    public String describe(String name) {
      if (intermediates == 0) {
        return name;
      }
      String count = intermediates == 1 ? "1 intermediate" : intermediates + " intermediates";
      return touched ? name + " and " + count : count + " of " + name;
    }
  }

  private Intermediates(
      Set<ImageId> referenced, Set<ImageId> hidden, Map<ImageId, ImageId> homes, boolean known) {
    this.referenced = referenced;
    this.hidden = hidden;
    this.homes = homes;
    this.known = known;
  }

  public static Intermediates of(StoreSnapshot store) {
    Set<ImageId> referenced = store.namedImages();
    var hidden = new HashSet<ImageId>();
    for (Image image : store.images().values()) {
      image
          .parent()
          .filter(parent -> !referenced.contains(parent) && store.hasImage(parent))
          .ifPresent(hidden::add);
    }
    var homes = new HashMap<ImageId, ImageId>();
    if (!hidden.isEmpty()) {
      Collection<Image> images = store.images().values();
      Stream.concat(
              images.stream().filter(image -> referenced.contains(image.id())),
              images.stream().filter(image -> !referenced.contains(image.id())))
          .filter(image -> !hidden.contains(image.id()))
          .forEach(image -> claim(image, store.images(), hidden, homes));
    }
    return new Intermediates(referenced, hidden, homes, isKnown(store));
  }

  private static boolean isKnown(StoreSnapshot store) {
    return Collections.disjoint(
        store.unmet(), EnumSet.of(Need.REFERENCE_NAMES, Need.IMAGES, Need.METADATA));
  }

  /// Takes the intermediates below `image` that no other has yet: each is passed once.
  private static void claim(
      Image image, Map<ImageId, Image> images, Set<ImageId> hidden, Map<ImageId, ImageId> homes) {
    Optional<ImageId> next = image.parent();
    while (next.isPresent()
        && hidden.contains(next.get())
        && homes.putIfAbsent(next.get(), image.id()) == null) {
      @Nullable Image below = images.get(next.get());
      next = below == null ? Optional.empty() : below.parent();
    }
  }

  /// Whether every name and parent could be read, so that no image is taken for another kind.
  public boolean areKnown() {
    return known;
  }

  /// Whether Docker does not list `image`.
  public boolean contains(ImageId image) {
    return hidden.contains(image);
  }

  public boolean isReferenced(ImageId image) {
    return referenced.contains(image);
  }

  /// The images that Docker does not list.
  public Set<ImageId> hidden() {
    return Collections.unmodifiableSet(hidden);
  }

  public int count() {
    return hidden.size();
  }

  /// `images` with every intermediate behind the image that it belongs to: those with a name first,
  /// otherwise in the order of `images`.
  public List<Group> behindTheirImages(List<ImageId> images) {
    var groups = new LinkedHashMap<ImageId, Group>();
    for (ImageId image : images) {
      ImageId home = homes.getOrDefault(image, image);
      groups.merge(
          home,
          new Group(home, home.equals(image), home.equals(image) ? 0 : 1),
          (one, other) ->
              new Group(
                  home,
                  one.touched() || other.touched(),
                  one.intermediates() + other.intermediates()));
    }
    var sorted = new ArrayList<>(groups.values());
    sorted.sort(Comparator.comparing(group -> !referenced.contains(group.image())));
    return List.copyOf(sorted);
  }
}

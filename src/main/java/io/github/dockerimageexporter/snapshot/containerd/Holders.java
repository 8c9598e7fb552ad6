package io.github.dockerimageexporter.snapshot.containerd;

import static java.util.stream.Collectors.toCollection;

import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What keeps a node, and which image, if it is only one. Nodes that the same keeps mostly share
/// one: a large store has hundreds of thousands of nodes.
public final class Holders {
  private static final int KINDS = Holder.values().length;

  /// By bits, each of which is a kind of holder.
  private static final List<Set<Holder>> SETS =
      IntStream.range(0, 1 << KINDS).mapToObj(Holders::set).toList();

  /// Those without an image, or with several, by the bits of both sets.
  private static final List<Holders> WITHOUT_ONE_IMAGE =
      IntStream.range(0, 1 << (2 * KINDS)).mapToObj(bits -> new Holders(bits, null)).toList();

  public static final Holders NONE = WITHOUT_ONE_IMAGE.getFirst();

  private final int bits;
  private final @Nullable ImageId oneImage;

  private Holders(int bits, @Nullable ImageId oneImage) {
    this.bits = bits;
    this.oneImage = oneImage;
  }

  private static Set<Holder> set(int bits) {
    return Collections.unmodifiableSet(
        Arrays.stream(Holder.values())
            .filter(holder -> (bits & holder.bit()) != 0)
            .collect(toCollection(() -> EnumSet.noneOf(Holder.class))));
  }

  /// One image, by whatever names.
  public static Holders of(ImageId image) {
    return new Holders(bits(Holder.IMAGE, false), image);
  }

  /// One that is no image.
  ///
  /// @param flat whether it keeps the node alone, without what that keeps
  public static Holders of(Holder holder, boolean flat) {
    if (holder == Holder.IMAGE) {
      throw new IllegalArgumentException("an image without its ID");
    }
    return WITHOUT_ONE_IMAGE.get(bits(holder, flat));
  }

  private static Holders of(int bits, @Nullable ImageId oneImage) {
    return oneImage == null ? WITHOUT_ONE_IMAGE.get(bits) : new Holders(bits, oneImage);
  }

  private static int bits(Holder holder, boolean flat) {
    return holder.bit() | (flat ? 0 : holder.bit() << KINDS);
  }

  /// These and `more`: one of both itself if that is no more than it.
  public Holders and(Holders more) {
    int both = bits | more.bits;
    @Nullable ImageId image = oneImageWith(more);
    if (is(both, image)) {
      return this;
    }
    if (more.is(both, image)) {
      return more;
    }
    return of(both, image);
  }

  private @Nullable ImageId oneImageWith(Holders more) {
    if (!all().contains(Holder.IMAGE)) {
      return more.oneImage;
    }
    return !more.all().contains(Holder.IMAGE) || Objects.equals(oneImage, more.oneImage)
        ? oneImage
        : null;
  }

  private boolean is(int itsBits, @Nullable ImageId itsImage) {
    return bits == itsBits && Objects.equals(oneImage, itsImage);
  }

  /// All of them; the first is said to own it.
  public Set<Holder> all() {
    return SETS.get(bits & ((1 << KINDS) - 1));
  }

  /// Those that also keep what the node keeps.
  public Holders deep() {
    int deep = bits >> KINDS;
    int both = deep | deep << KINDS;
    return both == bits ? this : of(both, oneImage);
  }

  /// The only image that keeps the node, if nothing else does.
  public @Nullable ImageId imageAlone() {
    return all().size() == 1 ? oneImage : null;
  }

  /// Whether something else than an image's name is among them.
  boolean areNotImagesAlone() {
    return all().size() > 1 || (all().size() == 1 && !all().contains(Holder.IMAGE));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Holders that && that.is(bits, oneImage);
  }

  @Override
  public int hashCode() {
    return 31 * bits + Objects.hashCode(oneImage);
  }
}

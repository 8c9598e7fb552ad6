package io.github.dockerimageexporter.snapshot.containerd;

import static java.util.stream.Collectors.toCollection;

import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// What keeps a node. There are few different ones, so that each is one object: a large store has
/// tens of thousands of nodes.
public final class Holders {
  private static final int KINDS = Holder.values().length;

  /// By both sets, of which a kind of holder is a bit.
  private static final List<Holders> KNOWN =
      IntStream.range(0, 1 << (2 * KINDS)).mapToObj(Holders::new).toList();

  public static final Holders NONE = KNOWN.getFirst();

  private final int bits;
  private final Set<Holder> all;
  private final Set<Holder> deep;

  private Holders(int bits) {
    this.bits = bits;
    this.all = set(bits);
    this.deep = set(bits >> KINDS);
  }

  private static Set<Holder> set(int bits) {
    return Collections.unmodifiableSet(
        Arrays.stream(Holder.values())
            .filter(holder -> (bits & holder.bit()) != 0)
            .collect(toCollection(() -> EnumSet.noneOf(Holder.class))));
  }

  /// Those and one more.
  ///
  /// @param flat whether it keeps the node alone, without what that keeps
  public Holders and(Holder more, boolean flat) {
    return KNOWN.get(bits | more.bit() | (flat ? 0 : more.bit() << KINDS));
  }

  /// All of them; the first is said to own it.
  public Set<Holder> all() {
    return all;
  }

  /// Those that also keep what the node keeps.
  public Set<Holder> deep() {
    return deep;
  }

  /// Whether something else than an image's name is among them.
  boolean areNotImagesAlone() {
    return all.size() > 1 || (all.size() == 1 && !all.contains(Holder.IMAGE));
  }
}

package io.github.dockerimageexporter.scrub.tree;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Some of all paths, told by their [PathHash]: all of them, a half, a quarter, and so on, and of
/// those the ones in some groups.
///
/// @param count how many such parts all paths make; a power of two
/// @param index which of them it is, from 0 on
/// @param groups by the numbers of [#group]
public record Part(int count, int index, BitSet groups) {
  /// How many groups there are.
  static final int GROUPS = 4096;

  public static final Part ALL = new Part(1, 0);

  /// Where the bits begin that tell; a [PathTable] places paths by others.
  private static final int SHIFT = 44;

  /// The group is told by the highest bits.
  private static final int GROUP_SHIFT = 52;

  /// One of all groups.
  Part(int count, int index) {
    this(count, index, allGroups());
  }

  private static BitSet allGroups() {
    var all = new BitSet(GROUPS);
    all.set(0, GROUPS);
    return all;
  }

  static int group(long path) {
    return (int) (path >>> GROUP_SHIFT);
  }

  public boolean isAll() {
    return count == 1 && groups.cardinality() == GROUPS;
  }

  public boolean isEmpty() {
    return groups.isEmpty();
  }

  public boolean has(long path) {
    return (path >>> SHIFT & (count - 1)) == index && groups.get(group(path));
  }

  /// One half of it.
  Part half() {
    return new Part(count * 2, index, groups);
  }

  /// What else it has, in parts of the size of `piece`, which is one of its own.
  public List<Part> without(Part piece) {
    var others = new ArrayList<Part>();
    for (int other = index + count; other < piece.count; other += count) {
      others.add(new Part(piece.count, other, groups));
    }
    return others;
  }
}

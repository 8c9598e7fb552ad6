package io.github.dockerimageexporter.scrub.tree;

import java.util.ArrayList;
import java.util.List;

/// Some of all paths, told by their [PathHash]: all of them, a half, a quarter, and so on.
///
/// @param count how many such parts all paths make; a power of two
/// @param index which of them it is, from 0 on
public record Part(int count, int index) {
  public static final Part ALL = new Part(1, 0);

  /// Where the bits begin that tell; a [PathTable] places paths by others.
  private static final int SHIFT = 44;

  public boolean isAll() {
    return count == 1;
  }

  public boolean has(long path) {
    return (path >>> SHIFT & (count - 1)) == index;
  }

  /// One half of it.
  Part half() {
    return new Part(count * 2, index);
  }

  /// What else it has, in parts of the size of `piece`, which is one of its own.
  public List<Part> without(Part piece) {
    var others = new ArrayList<Part>();
    for (int other = index + count; other < piece.count; other += count) {
      others.add(new Part(piece.count, other));
    }
    return others;
  }
}

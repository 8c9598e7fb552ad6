package io.github.dockerimageexporter.persistent;

import java.util.Comparator;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// The order of the keys of a [PersistentMap]: first by rank, an unsigned number that spreads them
/// evenly, then by comparing them.
///
/// @param rank of two keys the lower one's is never the higher
/// @param ties compares keys of equal rank
public record KeyOrder<K>(ToLongFunction<K> rank, Comparator<? super K> ties) {
  /// What a name begins with, up to as many characters as a number has room for.
  private static final int RANKED_CHARACTERS = 12;

  /// `0` to `9`, `a` to `z`, and what is below, between and above these.
  private static final int RANKS_OF_CHARACTER = 39;

  private static final int RANK_OF_LETTERS = 12;

  /// That of the names of things; spread evenly if they are of digits and small letters.
  public static <K> KeyOrder<K> byName(Function<K, String> name) {
    return new KeyOrder<>(key -> rankOfName(name.apply(key)), Comparator.comparing(name));
  }

  /// None that means anything, for keys whose hash code is a good one.
  public static <K> KeyOrder<K> byHash() {
    return new KeyOrder<>(KeyOrder::spread, (_, _) -> 0);
  }

  /// The rank of a name among others: an unsigned number.
  public static long rankOfName(String name) {
    return rankOfName(name, 0);
  }

  /// The same of what `name` has from `start` on.
  public static long rankOfName(String name, int start) {
    long rank = 0;
    for (int i = start; i < start + RANKED_CHARACTERS; i++) {
      rank = rank * RANKS_OF_CHARACTER + (i < name.length() ? rankOf(name.charAt(i)) : 0);
    }
    return rank;
  }

  private static int rankOf(char c) {
    if (c < '0') {
      return 0;
    }
    if (c <= '9') {
      return 1 + c - '0';
    }
    if (c < 'a') {
      return RANK_OF_LETTERS - 1;
    }
    return c <= 'z' ? RANK_OF_LETTERS + c - 'a' : RANKS_OF_CHARACTER - 1;
  }

  /// The finalizer of MurmurHash3: each bit of a hash code changes half of the others.
  private static long spread(Object key) {
    int hash = key.hashCode();
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return (long) (hash ^ (hash >>> 16)) << Integer.SIZE;
  }
}

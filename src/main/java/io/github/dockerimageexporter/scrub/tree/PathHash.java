package io.github.dockerimageexporter.scrub.tree;

import java.util.SplittableRandom;

/// Numbers that stand for paths, and for whether a directory is meant.
///
/// They begin from another number in each process, so that nobody can prepare two paths that have
/// the same.
///
/// Source: FNV-1a, and the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
public final class PathHash {
  private static final long START = new SplittableRandom().nextLong();
  private static final long PRIME = 0x100000001b3L;

  private PathHash() {}

  /// The number of a clean path.
  public static long of(String path, boolean isDirectory) {
    return mark(finish(add(START, path)), isDirectory);
  }

  /// What [#add] is to begin with in the root.
  static long root() {
    return START;
  }

  static long add(long hash, String path) {
    long sum = hash;
    for (int i = 0; i < path.length(); i++) {
      sum = (sum ^ path.charAt(i)) * PRIME;
    }
    return sum;
  }

  static long add(long hash, byte[] name, int length) {
    long sum = hash;
    for (int i = 0; i < length; i++) {
      sum = (sum ^ (name[i] & 0xff)) * PRIME;
    }
    return sum;
  }

  static long finish(long sum) {
    long z = sum;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  static long mark(long hash, boolean isDirectory) {
    return isDirectory ? hash | 1 : hash & ~1L;
  }
}

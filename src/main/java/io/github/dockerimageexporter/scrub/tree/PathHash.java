package io.github.dockerimageexporter.scrub.tree;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Numbers that stand for paths.
///
/// They begin from another number in each process, so that nobody can prepare two paths that have
/// the same.
///
/// Source: FNV-1a, and the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
public final class PathHash {
  private static final long START = new SplittableRandom().nextLong();
  private static final long PRIME = 0x100000001b3L;

  private PathHash() {}

  /// The number of a clean path, or of another text of one character a byte.
  public static long of(String path) {
    return of(path.getBytes(StandardCharsets.ISO_8859_1));
  }

  static long of(byte[] path) {
    return finish(add(START, path, 0, path.length));
  }

  /// What [#add] is to begin with in the root.
  static long root() {
    return START;
  }

  static long add(long hash, byte[] bytes, int start, int length) {
    long sum = hash;
    for (int i = start; i < start + length; i++) {
      sum = (sum ^ (bytes[i] & 0xff)) * PRIME;
    }
    return sum;
  }

  static long addSlash(long hash) {
    return (hash ^ '/') * PRIME;
  }

  static long finish(long sum) {
    long z = sum;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

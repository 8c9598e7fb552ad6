package io.github.dockerimageexporter.scrub.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/// Numbers that stand for paths.
///
/// Each step multiplies by a secret number of this process, and folds the two halves of the product
/// into one: what two paths come to cannot be computed without the secret, so that nobody can
/// prepare two that have the same number. The number of a directory leads on to those of what is in
/// it.
///
/// | step           | takes                                              | multiplies by        |
/// |----------------|----------------------------------------------------|----------------------|
/// | of a name      | eight bytes; at its end the rest and its length    | one secret           |
/// | of a slash     | nothing                                            | another              |
///
/// Source: the finalizer of SplitMix64 (Steele, Lea, Flood 2014); multiplication folded as in
/// wyhash (Wang Yi 2019).
public final class PathHash {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final SplittableRandom SECRETS = new SplittableRandom();
  private static final long START = SECRETS.nextLong();
  private static final long OF_NAME = SECRETS.nextLong() | 1;
  private static final long OF_SLASH = SECRETS.nextLong() | 1;

  private PathHash() {}

  /// The number of a clean path, or of another text of one character a byte.
  public static long of(String path) {
    return of(path.getBytes(StandardCharsets.ISO_8859_1));
  }

  static long of(byte[] path) {
    return finish(add(path, _ -> {}));
  }

  /// Tells the number of a clean path, and those of all directories on the way to it, the highest
  /// first; of the root, nothing.
  public static void ofWay(String path, LongConsumer each) {
    if (!path.isEmpty()) {
      each.accept(finish(add(path.getBytes(StandardCharsets.ISO_8859_1), each)));
    }
  }

  /// @param directories told of the numbers of those on the way
  private static long add(byte[] path, LongConsumer directories) {
    long sum = START;
    int start = 0;
    for (int i = 0; i < path.length; i++) {
      if (path[i] == '/') {
        sum = add(sum, path, start, i - start);
        directories.accept(finish(sum));
        sum = addSlash(sum);
        start = i + 1;
      }
    }
    return add(sum, path, start, path.length - start);
  }

  /// What [#add] is to begin with in the root.
  static long root() {
    return START;
  }

  /// The same in a directory.
  static long in(String directory) {
    return directory.isEmpty()
        ? START
        : addSlash(add(directory.getBytes(StandardCharsets.ISO_8859_1), _ -> {}));
  }

  /// Adds a name, which is nothing if it is empty.
  static long add(long hash, byte[] bytes, int start, int length) {
    if (length == 0) {
      return hash;
    }
    long sum = hash;
    int end = start + length;
    int at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      sum = mix(sum ^ (long) WORDS.get(bytes, at), OF_NAME);
    }
    long rest = length % Long.BYTES;
    for (; at < end; at++) {
      rest = rest << Byte.SIZE | (bytes[at] & 0xff);
    }
    return mix(sum ^ rest, OF_NAME);
  }

  static long addSlash(long hash) {
    return mix(hash, OF_SLASH);
  }

  private static long mix(long value, long secret) {
    return Math.unsignedMultiplyHigh(value, secret) ^ value * secret;
  }

  static long finish(long sum) {
    long z = sum;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

package io.github.dockerimageexporter.posix;

import java.time.Instant;

/// What the kernel says of one name.
///
/// | component        | meaning                                                         |
/// |------------------|-----------------------------------------------------------------|
/// | `device`         | the file system's device number, major in the upper 32 bits     |
/// | `links`          | names of this inode                                             |
/// | `sizeBytes`      | length of the content, holes included; of a link: of its target |
/// | `allocatedBytes` | disk space, in whole 512-byte units                             |
/// | `modifiedNanos`  | change of the content, in nanoseconds since the epoch           |
/// | `changedNanos`   | change of the content or of the inode, likewise                 |
public record FileStatus(
    FileKind kind,
    long device,
    long inode,
    long links,
    long sizeBytes,
    long allocatedBytes,
    long modifiedNanos,
    long changedNanos) {

  private static final long NANOS = 1_000_000_000L;

  public Instant modifiedAt() {
    return instant(modifiedNanos);
  }

  public Instant changedAt() {
    return instant(changedNanos);
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }

  /// A number of identity and state; see [Stamp].
  long fingerprint() {
    return fingerprint(device, inode, sizeBytes, modifiedNanos, changedNanos);
  }

  static long fingerprint(
      long device, long inode, long sizeBytes, long modifiedNanos, long changedNanos) {
    long hash = mix(device);
    hash = mix(hash + inode);
    hash = mix(hash + sizeBytes);
    hash = mix(hash + modifiedNanos);
    return mix(hash + changedNanos);
  }

  /// Spreads every bit over all 64.
  ///
  /// Source: the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

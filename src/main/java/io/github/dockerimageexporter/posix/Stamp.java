package io.github.dockerimageexporter.posix;

import java.util.concurrent.TimeUnit;

/// The identity and state of files at the time they were asked for, to tell whether what was then
/// read of them still holds.
///
/// A file that is changed twice within one tick of its file system's clock looks the same after
/// both, so a reading that began within a tick of a change may lack the second one. It is taken as
/// out of date whatever the files look like later, and is made again.
///
/// | times of the file     | tick                                                              |
/// |-----------------------|-------------------------------------------------------------------|
/// | in whole seconds only | 2 s, as on FAT; ext4 with small inodes, ext3 and HFS have 1 s     |
/// | finer                 | the kernel's clock: 10 ms at most, taken as 40 ms                 |
///
/// @param fingerprint the same for the same files, unchanged in between
/// @param settled whether their last change lies more than a tick before they were asked for
public record Stamp(long fingerprint, boolean settled) {
  /// Of what is not there.
  public static final Stamp ABSENT = new Stamp(0, true);

  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long FINE_TICK = TimeUnit.MILLISECONDS.toNanos(40);
  private static final long COARSE_TICK = TimeUnit.SECONDS.toNanos(2);

  /// To be called between the asking for `status` and the reading of the content.
  public static Stamp of(FileStatus status) {
    return of(status, TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()));
  }

  static Stamp of(FileStatus status, long nowNanos) {
    return new Stamp(
        status.fingerprint(), isSettled(status.changedNanos(), status.modifiedNanos(), nowNanos));
  }

  /// Whether a file with these times would have others after a change at `nowNanos`.
  public static boolean isSettled(long changedNanos, long modifiedNanos, long nowNanos) {
    boolean coarse = changedNanos % NANOS_PER_SECOND == 0 && modifiedNanos % NANOS_PER_SECOND == 0;
    long tick = coarse ? COARSE_TICK : FINE_TICK;
    return Math.abs(nowNanos - changedNanos) > tick;
  }

  /// That of one more file.
  public Stamp with(Stamp next) {
    return new Stamp(join(fingerprint, next.fingerprint), settled && next.settled);
  }

  static long join(long fingerprint, long next) {
    return 31 * fingerprint + next;
  }

  /// Whether what was read at this stamp is what there is at `now`.
  public boolean holdsAt(Stamp now) {
    return holdsAt(now.fingerprint);
  }

  boolean holdsAt(long now) {
    return settled && fingerprint == now;
  }

  /// A number that changes with the files, and once they have settled.
  public long key() {
    return settled ? fingerprint : ~fingerprint;
  }
}

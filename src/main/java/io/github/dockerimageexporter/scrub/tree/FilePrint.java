package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.posix.StatusBuffer;

/// Numbers that stand for what a file is, its content apart: equal of equal files, and of others
/// all but never.
///
/// | of                         | stands for                                      |
/// |----------------------------|-------------------------------------------------|
/// | regular files              | kind, mode, owner, group, size                  |
/// | directories, FIFOs         | kind, mode, owner, group                        |
/// | devices                    | kind, mode, owner, group, numbers               |
/// | symbolic links             | kind, owner, group, where they point            |
/// | whiteouts                  | that they are one                               |
public final class FilePrint {
  /// The mark of overlay that something is removed: the character device 0:0.
  public static final long WHITEOUT = 0;

  private static final int FORMAT = 0170000;

  private FilePrint() {}

  /// Of a file whose size, device number or target is of no matter, or 0.
  ///
  /// @param mode its kind and its permissions; of symbolic links, the kind alone
  /// @param detail its size, device numbers or the [PathHash] of its target
  public static long of(int mode, long owner, long group, long detail) {
    long hash = PathHash.finish(PathHash.root() + (owner << 32 | group));
    hash = PathHash.finish(hash + mode);
    return PathHash.finish(hash ^ detail);
  }

  /// Of a file on the disk.
  ///
  /// @param target the [PathHash] of where it points, if it is a symbolic link
  public static long of(StatusBuffer status, boolean comparesOwners, long target) {
    if (LayerTree.isWhiteout(status)) {
      return WHITEOUT;
    }
    long owner = comparesOwners ? status.owner() : 0;
    long group = comparesOwners ? status.group() : 0;
    int mode = status.mode();
    return switch (status.kind()) {
      case REGULAR -> of(mode, owner, group, status.sizeBytes());
      case DIRECTORY -> of(mode, owner, group, 0);
      case SYMBOLIC_LINK -> of(mode & FORMAT, owner, group, target);
      case OTHER, UNKNOWN ->
          of(mode, owner, group, device(status.majorOfDevice(), status.minorOfDevice()));
    };
  }

  /// Of a file on the disk and no other, however alike: a copy in place of a hard link has another.
  ///
  /// @param target as above
  public static long ofItself(StatusBuffer status, long target) {
    return PathHash.finish(of(status, true, target) + PathHash.finish(status.inode()));
  }

  /// The detail of a device.
  public static long device(long major, long minor) {
    return major << 32 | minor;
  }
}

package io.github.dockerimageexporter.scrub.tree;

/// Numbers that stand for what a file is, its content apart: equal of equal files, and of others
/// all but never.
///
/// | of                         | stands for                                      |
/// |----------------------------|-------------------------------------------------|
/// | regular files              | kind, mode, owner, group, size                  |
/// | directories, FIFOs         | kind, mode, owner, group                        |
/// | devices                    | kind, mode, owner, group, numbers               |
/// | symbolic links             | kind, owner, group, where they point            |
///
/// A few stand for all files that a record allows at a path.
public final class FilePrint {
  /// Stands for nothing.
  static final long NONE = 0;

  /// Any directory: a tar need not list those that its files are in.
  public static final long DIRECTORY = 1;

  /// Any file but a directory: another name of one that was listed, which was looked at already.
  public static final long FILE = 2;

  /// The mark of overlay that something is removed: the character device 0:0.
  public static final long WHITEOUT = 3;

  private static final long FIRST_OF_FILES = 4;

  private FilePrint() {}

  /// Of a file whose size, device number or target is of no matter, or 0.
  ///
  /// @param mode its kind and its permissions; of symbolic links, the kind alone
  /// @param detail its size, device numbers or the [PathHash] of its target
  public static long of(int mode, long owner, long group, long detail) {
    long hash = PathHash.finish(PathHash.root() + (owner << 32 | group));
    hash = PathHash.finish(hash + mode);
    hash = PathHash.finish(hash ^ detail);
    return hash >= 0 && hash < FIRST_OF_FILES ? FIRST_OF_FILES : hash;
  }

  /// The detail of a device.
  public static long device(long major, long minor) {
    return major << 32 | minor;
  }
}

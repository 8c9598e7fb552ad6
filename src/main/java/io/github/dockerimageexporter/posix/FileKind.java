package io.github.dockerimageexporter.posix;

/// What kind of thing a name stands for.
public enum FileKind {
  REGULAR,
  DIRECTORY,
  SYMBOLIC_LINK,
  /// A FIFO, a socket or a device.
  OTHER,
  /// What could not be asked for its kind.
  UNKNOWN;

  private static final int FORMAT_MASK = 0170000;

  /// The kind in `st_mode`.
  public static FileKind ofMode(int mode) {
    return switch (mode & FORMAT_MASK) {
      case 0100000 -> REGULAR;
      case 0040000 -> DIRECTORY;
      case 0120000 -> SYMBOLIC_LINK;
      default -> OTHER;
    };
  }

  /// Whether `st_mode` is a character device's.
  public static boolean isCharacterDevice(int mode) {
    return (mode & FORMAT_MASK) == 0020000;
  }

  /// The kind in `st_mode`, in words for a message.
  public static String describe(int mode) {
    return switch (mode & FORMAT_MASK) {
      case 0010000 -> "a FIFO";
      case 0020000 -> "a character device";
      case 0040000 -> "a directory";
      case 0060000 -> "a block device";
      case 0100000 -> "a regular file";
      case 0120000 -> "a symbolic link";
      case 0140000 -> "a socket";
      default -> "a file of mode 0" + Integer.toOctalString(mode);
    };
  }
}

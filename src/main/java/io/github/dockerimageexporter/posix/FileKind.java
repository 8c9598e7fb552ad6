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
  private static final int FIFO = 0010000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int DIRECTORY_FORMAT = 0040000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int REGULAR_FORMAT = 0100000;
  private static final int LINK_FORMAT = 0120000;
  private static final int SOCKET = 0140000;

  /// The kind in `st_mode`.
  public static FileKind ofMode(int mode) {
    return switch (mode & FORMAT_MASK) {
      case REGULAR_FORMAT -> REGULAR;
      case DIRECTORY_FORMAT -> DIRECTORY;
      case LINK_FORMAT -> SYMBOLIC_LINK;
      default -> OTHER;
    };
  }

  /// Whether `st_mode` is a character device's.
  public static boolean isCharacterDevice(int mode) {
    return (mode & FORMAT_MASK) == CHARACTER_DEVICE;
  }

  /// The kind in `st_mode`, in words for a message.
  public static String describe(int mode) {
    return switch (mode & FORMAT_MASK) {
      case FIFO -> "a FIFO";
      case CHARACTER_DEVICE -> "a character device";
      case DIRECTORY_FORMAT -> "a directory";
      case BLOCK_DEVICE -> "a block device";
      case REGULAR_FORMAT -> "a regular file";
      case LINK_FORMAT -> "a symbolic link";
      case SOCKET -> "a socket";
      default -> "a file of mode 0" + Integer.toOctalString(mode);
    };
  }
}

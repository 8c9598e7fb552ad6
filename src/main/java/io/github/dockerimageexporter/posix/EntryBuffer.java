package io.github.dockerimageexporter.posix;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Names of a directory as the kernel hands them out: a buffer full at a time, each entry a
/// `struct linux_dirent64`.
///
/// The name at its end is ended and padded by NUL bytes.
///
/// Source: Linux, `include/linux/dirent.h`; the same on every processor.
public final class EntryBuffer {
  /// The longest name of any file system (FUSE), its NUL, and what pads an entry to a multiple of
  /// eight.
  public static final int MAX_NAME = 1024 + 1 + 7;

  private static final int SIZE = 32 * 1024;
  private static final int INODE = 0;
  private static final int FOLLOWING = 8;
  private static final int LENGTH = 16;
  private static final int KIND = 18;
  private static final int NAME = 19;
  private static final byte KIND_UNKNOWN = 0;
  private static final byte KIND_DIRECTORY = 4;

  private final Kernel kernel;
  private final ByteBuffer memory;
  private final long address;
  private int filled;
  private int entry;
  private int following;

  public EntryBuffer(Kernel kernel) {
    this.kernel = kernel;
    this.memory = kernel.nativeMemory(SIZE);
    this.address = Kernel.address(memory);
  }

  /// Reads the next entries of a directory: how many bytes there are now, zero at the end, or an
  /// error number below zero.
  public int fill(int directory) {
    filled = kernel.readEntries(directory, address, SIZE);
    following = 0;
    return filled;
  }

  /// Goes to the next entry in the buffer, past `.` and `..`.
  public boolean next() {
    while (following < filled) {
      entry = following;
      following = entry + memory.getShort(entry + LENGTH);
      if (!isSelfOrParent()) {
        return true;
      }
    }
    return false;
  }

  private boolean isSelfOrParent() {
    if (memory.get(entry + NAME) != '.') {
      return false;
    }
    byte second = memory.get(entry + NAME + 1);
    return second == 0 || (second == '.' && memory.get(entry + NAME + 2) == 0);
  }

  public long inode() {
    return memory.getLong(entry + INODE);
  }

  /// Where the entry behind it is, for [Kernel#seek].
  public long following() {
    return memory.getLong(entry + FOLLOWING);
  }

  /// Whether the entry says it is a directory; false, too, if its file system does not tell.
  public boolean isDirectory() {
    return memory.get(entry + KIND) == KIND_DIRECTORY;
  }

  /// Whether its file system does not tell the kinds of entries.
  public boolean isOfUnknownKind() {
    return memory.get(entry + KIND) == KIND_UNKNOWN;
  }

  /// The kind the entry tells, which is that of `st_mode` without its lowest bits.
  FileKind kind() {
    return FileKind.ofMode(memory.get(entry + KIND) << 12);
  }

  /// Where the name lies, with its NUL, until the next [#fill].
  public long nameAddress() {
    return address + entry + NAME;
  }

  /// Copies the name with its NUL to `target`, where there must be room for the rest of the entry,
  /// at most [#MAX_NAME]; how long it is. What follows it there is of no meaning.
  public int copyName(byte[] target, int offset) {
    memory.get(entry + NAME, target, offset, following - entry - NAME);
    int end = offset;
    while (target[end] != 0) {
      end++;
    }
    return end - offset;
  }

  public String name() {
    var bytes = new byte[following - entry - NAME];
    return new String(bytes, 0, copyName(bytes, 0), StandardCharsets.UTF_8);
  }
}

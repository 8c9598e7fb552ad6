package io.github.dockerimageexporter.posix;

import java.nio.ByteBuffer;

/// The kernel's `struct statx`, filled again by each call.
///
/// Source: Linux, `include/uapi/linux/stat.h`; the same on every processor.
public final class StatusBuffer {
  private static final int SIZE = 256;
  private static final int ATTRIBUTES = 8;
  private static final int LINKS = 16;
  private static final int OWNER = 20;
  private static final int GROUP = 24;
  private static final int MODE = 28;
  private static final int INODE = 32;
  private static final int BYTES = 40;
  private static final int BLOCKS = 48;
  private static final int BORN = 80;
  private static final int CHANGED = 96;
  private static final int MODIFIED = 112;
  private static final int MAJOR_OF_DEVICE = 128;
  private static final int MINOR_OF_DEVICE = 132;
  private static final int MAJOR = 136;
  private static final int MINOR = 140;

  /// In a time: where the nanoseconds are, behind the seconds.
  private static final int NANOS = 8;

  private static final int BLOCK_BYTES = 512;
  private static final long ATTRIBUTE_MOUNT_ROOT = 0x2000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Kernel kernel;
  private final ByteBuffer memory;
  private final long address;
  private final long emptyName;

  public StatusBuffer(Kernel kernel) {
    this.kernel = kernel;
    this.memory = kernel.nativeMemory(SIZE);
    this.address = Kernel.address(memory);
    this.emptyName = Kernel.address(kernel.nativeMemory(1));
  }

  /// Asks for the status of a name; a negative result is an error number.
  public int fill(int parent, long name) {
    return kernel.status(parent, name, address);
  }

  /// Asks for the status of what `descriptor` has open.
  public int fill(int descriptor) {
    return kernel.statusOfOpen(descriptor, emptyName, address);
  }

  public FileKind kind() {
    return FileKind.ofMode(mode());
  }

  public int mode() {
    return memory.getShort(MODE) & 0xffff;
  }

  public long device() {
    return ((long) memory.getInt(MAJOR) << 32) | (memory.getInt(MINOR) & 0xffffffffL);
  }

  public long inode() {
    return memory.getLong(INODE);
  }

  /// The number of the user it belongs to.
  public long owner() {
    return memory.getInt(OWNER) & 0xffffffffL;
  }

  /// The number of the group it belongs to.
  public long group() {
    return memory.getInt(GROUP) & 0xffffffffL;
  }

  /// The major number of the device that it is.
  public long majorOfDevice() {
    return memory.getInt(MAJOR_OF_DEVICE) & 0xffffffffL;
  }

  /// The minor number of the device that it is.
  public long minorOfDevice() {
    return memory.getInt(MINOR_OF_DEVICE) & 0xffffffffL;
  }

  public long links() {
    return memory.getInt(LINKS) & 0xffffffffL;
  }

  public long sizeBytes() {
    return memory.getLong(BYTES);
  }

  public long allocatedBytes() {
    return memory.getLong(BLOCKS) * BLOCK_BYTES;
  }

  /// Whether another file system, or part of one, is mounted here; known from Linux 5.8 on.
  public boolean isMountRoot() {
    return (memory.getLong(ATTRIBUTES) & ATTRIBUTE_MOUNT_ROOT) != 0;
  }

  /// That of [#toStatus].
  long fingerprint() {
    return FileStatus.fingerprint(device(), inode(), sizeBytes(), nanos(MODIFIED), nanos(CHANGED));
  }

  /// Of an open file: a number that stays whatever is written to it, and that no other has, not
  /// even one that has got its inode. File systems that keep no times of birth cannot tell the
  /// latter.
  long identity() {
    return FileStatus.fingerprint(device(), inode(), 0, nanos(BORN), 0);
  }

  FileStatus toStatus() {
    return new FileStatus(
        kind(),
        device(),
        inode(),
        links(),
        sizeBytes(),
        allocatedBytes(),
        nanos(MODIFIED),
        nanos(CHANGED));
  }

  private long nanos(int offset) {
    return memory.getLong(offset) * NANOS_PER_SECOND + memory.getInt(offset + NANOS);
  }
}

package io.github.dockerimageexporter.posix;

import java.nio.ByteBuffer;

/// The kernel's `struct statx`, filled again by each call.
///
/// | offset | bytes | field                                     |
/// |--------|-------|-------------------------------------------|
/// | 8      | 8     | attributes                                |
/// | 16     | 4     | links                                     |
/// | 20     | 4     | user that owns it                         |
/// | 24     | 4     | group that it belongs to                  |
/// | 28     | 2     | mode                                      |
/// | 32     | 8     | inode                                     |
/// | 40     | 8     | size                                      |
/// | 48     | 8     | 512-byte blocks                           |
/// | 96     | 12    | change time: seconds (8), nanoseconds (4) |
/// | 112    | 12    | modification time, likewise               |
/// | 128    | 8     | device that it is: major (4), minor (4)   |
/// | 136    | 8     | device it is on: major (4), minor (4)     |
///
/// Source: Linux, `include/uapi/linux/stat.h`; the same on every processor.
public final class StatusBuffer {
  private static final int SIZE = 256;
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
    return memory.getShort(28) & 0xffff;
  }

  public long device() {
    return ((long) memory.getInt(136) << 32) | (memory.getInt(140) & 0xffffffffL);
  }

  public long inode() {
    return memory.getLong(32);
  }

  /// The number of the user it belongs to.
  public long owner() {
    return memory.getInt(20) & 0xffffffffL;
  }

  /// The number of the group it belongs to.
  public long group() {
    return memory.getInt(24) & 0xffffffffL;
  }

  /// The major number of the device that it is.
  public long majorOfDevice() {
    return memory.getInt(128) & 0xffffffffL;
  }

  /// The minor number of the device that it is.
  public long minorOfDevice() {
    return memory.getInt(132) & 0xffffffffL;
  }

  public long links() {
    return memory.getInt(16) & 0xffffffffL;
  }

  public long sizeBytes() {
    return memory.getLong(40);
  }

  public long allocatedBytes() {
    return memory.getLong(48) * BLOCK_BYTES;
  }

  /// Whether another file system, or part of one, is mounted here; known from Linux 5.8 on.
  public boolean isMountRoot() {
    return (memory.getLong(8) & ATTRIBUTE_MOUNT_ROOT) != 0;
  }

  FileStatus toStatus() {
    return new FileStatus(
        kind(), device(), inode(), links(), sizeBytes(), allocatedBytes(), nanos(112), nanos(96));
  }

  private long nanos(int offset) {
    return memory.getLong(offset) * NANOS_PER_SECOND + memory.getInt(offset + 8);
  }
}

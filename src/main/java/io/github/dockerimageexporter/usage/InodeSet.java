package io.github.dockerimageexporter.usage;

/// A set of inodes, without an object for each.
final class InodeSet {
  private static final int FIRST_CAPACITY = 64;
  private static final long FREE = 0;

  private long[] table = {};
  private int size;

  /// Whether the inode was not there before.
  boolean add(long device, long inode) {
    if (size * 2 >= table.length) {
      grow();
    }
    return put(key(device, inode));
  }

  /// The inode and its device in one number: distinct on one device, and almost surely beyond.
  private static long key(long device, long inode) {
    long key = inode + device * 0x9e3779b97f4a7c15L;
    return key == FREE ? 1 : key;
  }

  private boolean put(long key) {
    int mask = table.length - 1;
    int slot = Long.hashCode(key * 0xd6e8feb86659fd93L) & mask;
    while (table[slot] != FREE) {
      if (table[slot] == key) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    table[slot] = key;
    size++;
    return true;
  }

  private void grow() {
    long[] full = table;
    table = new long[Math.max(FIRST_CAPACITY, full.length * 2)];
    size = 0;
    for (long key : full) {
      if (key != FREE) {
        put(key);
      }
    }
  }
}

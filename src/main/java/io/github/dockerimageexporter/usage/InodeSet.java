package io.github.dockerimageexporter.usage;

/// A set of inodes, without an object for each.
///
/// Files that are made one after the other have inodes in a row, or nearly so: each slot has a bit
/// for each of 64. Ten million files that have other names take 4 MiB.
final class InodeSet {
  private static final int FIRST_CAPACITY = 64;
  private static final int ROW = 6;

  /// A slot with no bit is free.
  private long[] rows = {};
  private long[] bits = {};
  private int size;

  /// Whether the inode was not there before.
  boolean add(long device, long inode) {
    if (size >= rows.length / 4 * 3) {
      grow();
    }
    int slot = slotOf(row(device, inode));
    long bit = 1L << inode;
    if (bits[slot] == 0) {
      rows[slot] = row(device, inode);
      size++;
    }
    boolean isNew = (bits[slot] & bit) == 0;
    bits[slot] |= bit;
    return isNew;
  }

  /// The row and its device in one number: distinct on one device, and almost surely beyond.
  private static long row(long device, long inode) {
    return (inode >>> ROW) + device * 0x9e3779b97f4a7c15L;
  }

  /// Where a row is, or may be put.
  private int slotOf(long row) {
    int mask = rows.length - 1;
    int slot = Long.hashCode(row * 0xd6e8feb86659fd93L) & mask;
    while (bits[slot] != 0 && rows[slot] != row) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldRows = rows;
    long[] oldBits = bits;
    rows = new long[Math.max(FIRST_CAPACITY, oldRows.length * 2)];
    bits = new long[rows.length];
    for (int i = 0; i < oldRows.length; i++) {
      if (oldBits[i] != 0) {
        int slot = slotOf(oldRows[i]);
        rows[slot] = oldRows[i];
        bits[slot] = oldBits[i];
      }
    }
  }
}

package io.github.dockerimageexporter.scrub.tree;

import java.util.Arrays;

/// A set of [PathHash]es, of at most as many as fit in 8 MiB. One that is given more lets all go
/// and counts on: each of several parts then has a set of its own, one after the other.
public final class PathSet {
  private static final int MAX_SLOTS = 1 << 20;
  private static final int FIRST_SLOTS = 1 << 10;
  private static final long EMPTY = 0;

  private final int parts;
  private final int part;
  private long[] slots = new long[FIRST_SLOTS];
  private int size;
  private long offered;
  private boolean isFull;

  /// One that holds all, as far as they fit.
  public PathSet() {
    this(1, 0);
  }

  private PathSet(int parts, int part) {
    this.parts = parts;
    this.part = part;
  }

  /// How many paths one holds.
  static int capacity() {
    return MAX_SLOTS / 4 * 3;
  }

  /// In how many parts all that was added fits; this one is of no use if it is more than one.
  public int partsNeeded() {
    return (int) (offered / capacity()) + (offered > capacity() ? 2 : 1);
  }

  /// An empty set of the paths that are in one of `parts`.
  public static PathSet ofPart(int parts, int part) {
    return new PathSet(parts, part);
  }

  /// Adds a path; false if it was there.
  public boolean add(long hash) {
    offered++;
    if (isFull || !isResponsibleFor(hash)) {
      return true;
    }
    if (size >= slots.length / 4 * 3) {
      if (slots.length == MAX_SLOTS) {
        isFull = true;
        slots = new long[1];
        return true;
      }
      grow();
    }
    return put(hash);
  }

  /// Whether a path would be in this part.
  public boolean isResponsibleFor(long hash) {
    return parts == 1 || Long.remainderUnsigned(hash >>> 1, parts) == part;
  }

  public boolean contains(long hash) {
    return slots[slotOf(hash)] != EMPTY;
  }

  private boolean put(long hash) {
    int slot = slotOf(hash);
    if (slots[slot] != EMPTY) {
      return false;
    }
    slots[slot] = nonEmpty(hash);
    size++;
    return true;
  }

  private int slotOf(long hash) {
    long wanted = nonEmpty(hash);
    int slot = (int) (wanted >>> 20) & (slots.length - 1);
    while (slots[slot] != EMPTY && slots[slot] != wanted) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private static long nonEmpty(long hash) {
    return hash == EMPTY ? 2 : hash;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    size = 0;
    Arrays.stream(old).filter(each -> each != EMPTY).forEach(this::put);
  }
}

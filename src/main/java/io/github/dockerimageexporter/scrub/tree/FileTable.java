package io.github.dockerimageexporter.scrub.tree;

import java.util.Arrays;

/// The files that are to be in a directory: for the [PathHash] of each path, its [FilePrint]. Each
/// is taken out once.
///
/// It takes 16 MiB at most, for 786,432 files. If there are more, it counts them, and each of
/// several parts is in it alone, one after the other.
public final class FileTable {
  private static final int MAX_SLOTS = 1 << 20;
  private static final int FIRST_SLOTS = 1 << 10;

  /// Little of the memory is that of tables which were too small.
  private static final int GROWTH = 4;

  private static final int CAPACITY = MAX_SLOTS / 4 * 3;
  private static final long FREE = 0;

  private int parts = 1;
  private int part;
  private long[] paths = new long[FIRST_SLOTS];
  private long[] prints = new long[FIRST_SLOTS];
  private int size;
  private int left;
  private long offered;
  private boolean isFull;
  private boolean isAmbiguous;

  /// Begins anew, with one of several parts, in the memory that it has.
  public void begin(int parts, int part) {
    this.parts = parts;
    this.part = part;
    Arrays.fill(paths, FREE);
    Arrays.fill(prints, FilePrint.NONE);
    size = 0;
    left = 0;
    offered = 0;
    isFull = false;
    isAmbiguous = false;
  }

  /// Adds a file: where it is, as [PathHash#of] says of what is not a directory, and its print. A
  /// directory that any may stand for is only added where nothing else is.
  public void add(long path, long print) {
    offered++;
    if (isFull || !isResponsibleFor(path)) {
      return;
    }
    if (size >= paths.length / 4 * 3) {
      if (paths.length == MAX_SLOTS) {
        isFull = true;
        return;
      }
      grow();
    }
    int slot = slotOf(path);
    if (paths[slot] == FREE) {
      put(slot, path, print);
    } else if (prints[slot] == FilePrint.DIRECTORY) {
      prints[slot] = print;
    } else if (print != FilePrint.DIRECTORY) {
      isAmbiguous = true;
    }
  }

  /// Whether a path is in this table, if it is in any.
  public boolean isResponsibleFor(long path) {
    return parts == 1 || Long.remainderUnsigned(path >>> 1, parts) == part;
  }

  /// Takes a file out, and gives its print; [FilePrint#NONE] if it is not there.
  long take(long path) {
    int slot = slotOf(path);
    long print = prints[slot];
    if (print != FilePrint.NONE) {
      prints[slot] = FilePrint.NONE;
      left--;
    }
    return print;
  }

  /// In how many tables all that was added fits; this one is of no use if that is more than its
  /// own.
  public int partsNeeded() {
    return isFull ? Math.max(parts + 1, (int) (offered / (CAPACITY / 8 * 7)) + 1) : parts;
  }

  /// Whether a path was listed twice, as different files.
  public boolean isAmbiguous() {
    return isAmbiguous;
  }

  /// Whether all were taken out.
  public boolean isEmpty() {
    return left == 0;
  }

  private void put(int slot, long path, long print) {
    paths[slot] = path;
    prints[slot] = print;
    size++;
    left++;
  }

  private int slotOf(long path) {
    int slot = (int) (path >>> 20) & (paths.length - 1);
    while (paths[slot] != FREE && paths[slot] != path) {
      slot = (slot + 1) & (paths.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] oldPaths = paths;
    long[] oldPrints = prints;
    paths = new long[oldPaths.length * GROWTH];
    prints = new long[oldPaths.length * GROWTH];
    size = 0;
    left = 0;
    for (int i = 0; i < oldPaths.length; i++) {
      if (oldPaths[i] != FREE) {
        put(slotOf(oldPaths[i]), oldPaths[i], oldPrints[i]);
      }
    }
  }
}

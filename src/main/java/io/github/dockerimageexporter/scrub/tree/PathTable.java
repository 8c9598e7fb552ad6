package io.github.dockerimageexporter.scrub.tree;

import java.util.Arrays;

/// Paths by their [PathHash], each with marks.
///
/// It takes 8 MiB at most, for 786,432 paths. When it is given more, it lets go of a half of them,
/// and keeps to the other half from then on: the rest is for further passes over the same paths,
/// one for each [Part].
public final class PathTable {
  private static final int MAX_SLOTS = 1 << 20;

  private static final int FIRST_SLOTS = 1 << 10;

  /// Little of the memory is that of tables which were too small.
  private static final int GROWTH = 4;

  /// What is kept for the next layer, which most likely is a small one.
  private static final int MAX_IDLE_SLOTS = 1 << 14;

  private static final long MARKS = (1L << Mark.values().length) - 1;
  private static final long FREE = 0;

  private final int maxSlots;
  private long[] slots = new long[FIRST_SLOTS];
  private int size;
  private Part part = Part.ALL;

  /// What there is to say of a path.
  public enum Mark {
    /// A record lists it, as something else than a directory.
    FILE(1),
    /// A record lists it as a directory.
    DIRECTORY(1 << 1),
    /// It is a directory on the way to what a record lists, which need not list it.
    WAY(1 << 2),
    /// A record removes it.
    REMOVED(1 << 3),
    /// A record of a layer below lists it.
    BELOW(1 << 4);

    private final long bit;

    Mark(long bit) {
      this.bit = bit;
    }
  }

  public PathTable() {
    this(MAX_SLOTS);
  }

  /// @param maxSlots a power of two, 1,024 or more; three quarters of them are used
  public PathTable(int maxSlots) {
    this.maxSlots = maxSlots;
  }

  /// Begins anew, with the paths of one part.
  public void begin(Part wanted) {
    Arrays.fill(slots, FREE);
    size = 0;
    part = wanted;
  }

  /// Gives back the memory that few layers need.
  public void release() {
    if (slots.length > MAX_IDLE_SLOTS) {
      slots = new long[FIRST_SLOTS];
    }
    begin(Part.ALL);
  }

  /// Which paths it has: those of the part that it began with, or of a piece of that.
  public Part part() {
    return part;
  }

  /// Adds a mark to a path, if that is one of the part's.
  public void add(long path, Mark mark) {
    if (!part.has(path)) {
      return;
    }
    int slot = slotOf(path);
    if (slots[slot] == FREE) {
      if (size >= slots.length / 4 * 3) {
        makeRoom();
        add(path, mark);
        return;
      }
      slots[slot] = path & ~MARKS;
      size++;
    }
    slots[slot] |= mark.bit;
  }

  public boolean has(long path, Mark mark) {
    return (slots[slotOf(path)] & mark.bit) != 0;
  }

  /// How many paths have one mark and no other.
  public int countOnly(Mark mark) {
    int count = 0;
    for (long slot : slots) {
      if ((slot & MARKS) == mark.bit) {
        count++;
      }
    }
    return count;
  }

  private int slotOf(long path) {
    long wanted = path & ~MARKS;
    int slot = home(path);
    while (slots[slot] != FREE && (slots[slot] & ~MARKS) != wanted) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  /// Where it is unless others are in its way.
  private int home(long path) {
    return (int) (path >>> 20) & (slots.length - 1);
  }

  private void makeRoom() {
    if (slots.length < maxSlots) {
      grow();
      return;
    }
    part = part.half();
    int slot = 0;
    while (slot < slots.length) {
      if (slots[slot] != FREE && !part.has(slots[slot])) {
        remove(slot); // another one may be there now
      } else {
        slot++;
      }
    }
  }

  private void grow() {
    long[] old = slots;
    slots = new long[Math.min(old.length * GROWTH, maxSlots)];
    for (long path : old) {
      if (path != FREE) {
        slots[slotOf(path)] = path;
      }
    }
  }

  /// Takes a path out, and moves those up that it was in the way of: nothing is copied, so that no
  /// memory is taken where there is little.
  private void remove(int slot) {
    int mask = slots.length - 1;
    int free = slot;
    for (int next = (slot + 1) & mask; slots[next] != FREE; next = (next + 1) & mask) {
      if (((next - home(slots[next])) & mask) >= ((next - free) & mask)) {
        slots[free] = slots[next];
        free = next;
      }
    }
    slots[free] = FREE;
    size--;
  }
}

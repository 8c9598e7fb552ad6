package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.Stamp;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the objects of one directory were when last read, so that only those whose stat has changed
/// are read again. An object not asked for in a pass is forgotten with it.
public final class StatCache<T> {
  private Map<String, Remembered<T>> last = Map.of();
  private Map<String, Remembered<T>> current = new HashMap<>();

  private record Remembered<T>(long inode, Stamp stamp, T value) {}

  /// The value of an unchanged directory, by name and inode alone; null if it must be asked for.
  public @Nullable T recallByInode(DirectoryEntry entry) {
    Remembered<T> known = last.get(entry.name());
    if (known == null || known.inode() != entry.inode()) {
      return null;
    }
    current.put(entry.name(), known);
    return known.value();
  }

  /// The value of an object whose files have `stamp`; null if it must be read, and [#remember]ed.
  public @Nullable T recall(DirectoryEntry entry, Stamp stamp) {
    Remembered<T> known = last.get(entry.name());
    if (known == null || known.inode() != entry.inode() || !known.stamp().holdsAt(stamp)) {
      return null;
    }
    current.put(entry.name(), known);
    return known.value();
  }

  /// Keeps what was read of an object whose files had `stamp` before, and returns it.
  public T remember(DirectoryEntry entry, Stamp stamp, T value) {
    current.put(entry.name(), new Remembered<>(entry.inode(), stamp, value));
    return value;
  }

  /// Ends a pass.
  public void turn() {
    last = current;
    current = HashMap.newHashMap(last.size());
  }
}

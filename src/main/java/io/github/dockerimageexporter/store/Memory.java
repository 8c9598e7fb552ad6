package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.posix.DirectoryEntry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the objects of one directory were when last read, so that only those whose stat has changed
/// are read again. An object not asked for in a pass is forgotten with it.
final class Memory<T> {
  private Map<String, Remembered<T>> last = Map.of();
  private Map<String, Remembered<T>> current = new HashMap<>();

  /// How one object is read when it is not remembered.
  interface Reading<T> {
    T read() throws IOException;
  }

  private record Remembered<T>(long inode, long stamp, T value) {}

  /// The value of an unchanged directory, by name and inode alone; null if it must be asked for.
  @Nullable T trusted(DirectoryEntry entry) {
    Remembered<T> known = last.get(entry.name());
    if (known == null || known.inode() != entry.inode()) {
      return null;
    }
    current.put(entry.name(), known);
    return known.value();
  }

  /// The value of an object whose files have `stamp`: as remembered, or read now.
  T recall(DirectoryEntry entry, long stamp, Reading<T> reading) throws IOException {
    Remembered<T> known = last.get(entry.name());
    if (known == null || known.inode() != entry.inode() || known.stamp() != stamp) {
      known = new Remembered<>(entry.inode(), stamp, reading.read());
    }
    current.put(entry.name(), known);
    return known.value();
  }

  /// Ends a pass.
  void turn() {
    last = current;
    current = HashMap.newHashMap(last.size());
  }
}

package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.Stamp;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the objects of one directory were when last read, so that only those whose stat has changed
/// are read again.
public final class StatCache<T> {
  private Map<String, Remembered<T>> last = new HashMap<>();
  private Map<String, Remembered<T>> current = new HashMap<>();

  private record Remembered<T>(long inode, Stamp stamp, T value) {}

  /// The value of an object whose files have `stamp`; null if it must be read, and [#remember]ed.
  public @Nullable T recall(DirectoryEntry entry, Stamp stamp) {
    Remembered<T> known = last.get(entry.name());
    if (known == null || known.inode() != entry.inode() || !known.stamp().holdsAt(stamp)) {
      return null;
    }
    current.put(entry.name(), known);
    return known.value();
  }

  /// Whether the files of an object are those that they were.
  @FunctionalInterface
  public interface Question {
    boolean hold(Directory parent, DirectoryEntry entry, Stamp stamp);
  }

  /// The value of an object in `parent` whose files hold the stamp that they had; null if it is to
  /// be asked for it, or must be read. It stays as it is for [#turn(Set)].
  public @Nullable T unchanged(Directory parent, DirectoryEntry entry, Question files) {
    Remembered<T> known = last.get(entry.name());
    return known != null
            && known.inode() == entry.inode()
            && files.hold(parent, entry, known.stamp())
        ? known.value()
        : null;
  }

  /// Keeps what was read of an object whose files had `stamp` before, and returns it.
  public T remember(DirectoryEntry entry, Stamp stamp, T value) {
    current.put(entry.name(), new Remembered<>(entry.inode(), stamp, value));
    return value;
  }

  /// The names of those that are known.
  public Set<String> names() {
    return last.keySet();
  }

  /// Ends a pass that has asked for some objects only.
  ///
  /// @param forgotten what is not known any more; all else stays
  /// @return the names of those that have changed so lately that they are to be asked for again
  public Set<String> turn(Set<String> forgotten) {
    var young = new HashSet<String>();
    current.forEach(
        (name, known) -> {
          last.put(name, known);
          if (!known.stamp().settled()) {
            young.add(name);
          }
        });
    last.keySet().removeAll(forgotten);
    current = new HashMap<>();
    return young;
  }

  /// Forgets all.
  public void forget() {
    last = new HashMap<>();
    current = new HashMap<>();
  }

  /// Ends a pass. An object that was not asked for is forgotten.
  public void turn() {
    last = current;
    current = HashMap.newHashMap(last.size());
  }
}

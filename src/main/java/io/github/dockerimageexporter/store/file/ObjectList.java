package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.Stamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// A directory with an entry for each object of a kind, of which each pass looks at those that may
/// have changed since the one before.
///
/// | pass                                        | looks at                                    |
/// |---------------------------------------------|---------------------------------------------|
/// | full; the first; after one that failed      | all                                         |
/// | after events that name entries              | these, and those that it is asked to        |
/// | without, and the directory itself has changed | all: its events are still to come         |
public final class ObjectList {
  private Optional<Stamp> last = Optional.empty();

  /// What a pass looks at.
  ///
  /// @param present the entries that are there
  /// @param gone the names of those that are not
  /// @param isWhole whether it looks at all
  public record Look(List<DirectoryEntry> present, Set<String> gone, boolean isWhole) {}

  /// What is to be looked at in `directory`.
  ///
  /// @param changed the names of which something was told; empty for a full pass
  /// @param again the names of others to look at
  /// @param known the names of all that were there before; asked for if all is looked at
  public Look look(
      Directory directory,
      Optional<Set<String>> changed,
      Set<String> again,
      Supplier<Set<String>> known)
      throws IOException {
    Stamp now = Stamp.of(directory.status());
    boolean isSame = last.filter(before -> before.holdsAt(now)).isPresent();
    boolean isTold = changed.isPresent() && last.isPresent();
    forget();
    Look look =
        isTold && (isSame || !changed.get().isEmpty())
            ? named(directory, changed.get(), again)
            : whole(directory, known.get());
    last = Optional.of(now);
    return look;
  }

  /// Has the next pass look at all.
  public void forget() {
    last = Optional.empty();
  }

  private static Look whole(Directory directory, Set<String> known) throws IOException {
    List<DirectoryEntry> entries = directory.entries();
    long left = entries.stream().filter(entry -> known.contains(entry.name())).count();
    if (left == known.size()) {
      return new Look(entries, Set.of(), true);
    }
    var gone = new HashSet<>(known);
    entries.forEach(entry -> gone.remove(entry.name()));
    return new Look(entries, gone, true);
  }

  private static Look named(Directory directory, Set<String> changed, Set<String> again) {
    var names = new HashSet<>(changed);
    names.addAll(again);
    var present = new ArrayList<DirectoryEntry>();
    var gone = new HashSet<String>();
    for (String name : names) {
      Optional<DirectoryEntry> entry = find(directory, name);
      entry.ifPresentOrElse(present::add, () -> gone.add(name));
    }
    return new Look(present, gone, false);
  }

  /// The entry of a name; one of unknown kind if the name cannot be asked for, as in a listing.
  private static Optional<DirectoryEntry> find(Directory directory, String name) {
    try {
      return directory
          .find(name)
          .map(status -> new DirectoryEntry(name, status.kind(), status.inode()));
    } catch (IOException unreadable) {
      return Optional.of(new DirectoryEntry(name, FileKind.UNKNOWN, 0));
    }
  }
}

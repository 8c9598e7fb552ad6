package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.EntryList;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.Stamp;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A directory with an entry for each object of a kind, of which each pass looks at those that may
/// have changed since the one before.
///
/// | pass                                        | looks at                                    |
/// |---------------------------------------------|---------------------------------------------|
/// | full; the first; after one that failed      | all                                         |
/// | after events that name entries              | these, and those that it is asked to        |
/// | without, and the directory itself has changed | all: its events are still to come         |
///
/// All are looked at while they are listed, so that the names are not there all at once. Whoever
/// knows all entries of a directory that [#isAsListed] need not list them for a full pass.
public final class ObjectList {
  /// Of the directory when some were looked at last, or all.
  private Optional<Stamp> last = Optional.empty();

  /// Of the directory when all were looked at last.
  private Optional<Stamp> wholeAt = Optional.empty();

  /// Shows what is to be looked at in `directory`.
  ///
  /// @param changed the names of which something was told; empty for a full pass
  /// @param again the names of others to look at
  /// @param known the names that are told gone if they are; asked for if all are looked at, and
  ///     maybe a view that grows by what is shown
  /// @param present shown each entry that is there
  /// @param gone told each name of which there is no entry any more
  /// @return whether all were looked at
  public boolean look(
      Directory directory,
      Optional<Set<String>> changed,
      Set<String> again,
      Supplier<Set<String>> known,
      EntryList.Action present,
      Consumer<String> gone)
      throws IOException {
    Stamp now = Stamp.of(directory.status());
    boolean isFirst = last.isEmpty();
    boolean isSame = last.filter(before -> before.holdsAt(now)).isPresent();
    Optional<Stamp> wholeBefore = wholeAt;
    forget();
    boolean isWhole = changed.isEmpty() || isFirst || (!isSame && changed.get().isEmpty());
    boolean hasMissed = false;
    if (isWhole) {
      if (isFirst) {
        EntryList.of(directory).requireFew();
      }
      hasMissed = new Whole(directory, known.get(), present, gone).look(now);
    } else {
      named(directory, union(changed.get(), again), present, gone);
    }
    last = hasMissed ? Optional.empty() : Optional.of(now);
    wholeAt = isWhole ? last : wholeBefore;
    return isWhole;
  }

  /// Whether `directory` has the entries that it had when all were looked at last, and none was
  /// replaced.
  public boolean isAsListed(Directory directory) throws IOException {
    return isAsListed(Stamp.of(directory.status()));
  }

  /// The same of a directory that has the stamp `now`.
  public boolean isAsListed(Stamp now) {
    return wholeAt.filter(then -> then.holdsAt(now)).isPresent();
  }

  /// The names in either; may be `many` itself.
  public static Set<String> union(Set<String> many, Set<String> few) {
    if (many.containsAll(few)) {
      return many;
    }
    var all = new HashSet<>(many);
    all.addAll(few);
    return all;
  }

  /// Has the next pass look at all.
  public void forget() {
    last = Optional.empty();
    wholeAt = Optional.empty();
  }

  /// A look at all entries.
  private static final class Whole {
    private final Directory directory;
    private final Set<String> known;
    private final EntryList.Action present;
    private final Consumer<String> gone;

    /// How many of the known names.
    private int listed;

    private Whole(
        Directory directory, Set<String> known, EntryList.Action present, Consumer<String> gone) {
      this.directory = directory;
      this.known = known;
      this.present = present;
      this.gone = gone;
    }

    /// @param before what the directory's stamp was
    /// @return whether a known name was neither shown nor told gone: it came back meanwhile
    boolean look(Stamp before) throws IOException {
      int all = known.size();
      EntryList.of(directory)
          .forEach(
              entry -> {
                listed += isCounted(entry.name()) && known.contains(entry.name()) ? 1 : 0;
                present.accept(entry);
              });
      if (listed == all && before.holdsAt(Stamp.of(directory.status()))) {
        return false;
      }
      var missing = new HashSet<>(known);
      int uncounted = (int) missing.stream().filter(name -> !isCounted(name)).count();
      EntryList.of(directory).forEach(entry -> missing.remove(entry.name()));
      named(directory, missing, present, gone);
      return listed + missing.size() + uncounted < all;
    }

    /// Several names can look alike that are not UTF-8, so that none of them counts.
    private static boolean isCounted(String name) {
      return name.indexOf(Directory.NOT_UTF_8) < 0;
    }
  }

  private static void named(
      Directory directory, Set<String> names, EntryList.Action present, Consumer<String> gone)
      throws IOException {
    for (String name : names) {
      Optional<DirectoryEntry> entry = find(directory, name);
      if (entry.isPresent()) {
        present.accept(entry.get());
      } else {
        gone.accept(name);
      }
    }
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

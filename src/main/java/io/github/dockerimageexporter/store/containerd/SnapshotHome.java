package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The directories of a snapshotter, by name.
///
/// | directory          | content                                                                 |
/// |--------------------|-------------------------------------------------------------------------|
/// | `snapshots/<n>`    | a snapshot: its files in `fs`, with `native` directly                   |
/// | `snapshots/new-*`  | a snapshot that is being made                                           |
///
/// Source: containerd, `plugins/snapshots/{overlay,native}`.
///
/// @param others what is not a directory, sorted
/// @param again the directories that the next pass looks at, whatever was told: those without files
///     that can be seen, and those that have changed so lately that they may have again
/// @param homeBytes what the directory that they stand in takes by itself
record SnapshotHome(
    PersistentMap<String, Found> directories,
    SortedSet<String> others,
    Set<String> again,
    long homeBytes,
    boolean known) {
  /// The order of the names of directories: none that means anything, since most are numbers.
  static final KeyOrder<String> NAMES =
      new KeyOrder<>(KeyOrder.<String>byHash().rank(), Comparator.naturalOrder());

  static final SnapshotHome NONE = ofNothing(true);

  static final SnapshotHome UNKNOWN = ofNothing(false);

  /// What the snapshotter calls its directories: by number, but for those that it makes or removes.
  private static final Pattern NAME = Pattern.compile("[0-9]+|(new|rm)-.*");

  /// @param directory where it is, and what stands where the files should be
  /// @param filesInode tells what holds the files from what a repair puts in its place
  /// @param stamp of the directory, whose change tells of a change of that
  record Found(DirectoryEntry entry, LayerDirectory directory, long filesInode, Stamp stamp) {
    Content content() {
      return directory.content();
    }

    /// Whether it is taken as it was until something is told of it.
    boolean isSettled() {
      return content() == Content.PRESENT && stamp.settled();
    }
  }

  private static SnapshotHome ofNothing(boolean known) {
    return new SnapshotHome(
        PersistentMap.empty(NAMES), Collections.emptySortedSet(), Set.of(), 0, known);
  }

  /// Whether all is as it was in an earlier pass.
  @SuppressWarnings("ReferenceEquality") // What has not changed is the same map.
  boolean isSameAs(SnapshotHome other) {
    return known == other.known
        && directories == other.directories
        && homeBytes == other.homeBytes
        && others.equals(other.others)
        && again.stream().allMatch(name -> isOld(directories.get(name)));
  }

  private static boolean isOld(@Nullable Found found) {
    return found != null && found.stamp().settled();
  }

  /// Adds what no snapshot has.
  ///
  /// @param unowned the directories of that kind
  /// @param abandoned since when, of those that had one
  void addLeftovers(
      Home home,
      ContainerdLayout layout,
      Set<String> unowned,
      Map<String, Instant> abandoned,
      ReadFailures failures,
      Leftovers leftovers) {
    if (unowned.isEmpty() && others.isEmpty()) {
      return;
    }
    String path = layout.directories();
    try (Directory directory = home.openDirectory(path)) {
      for (String name : unowned) {
        boolean isSnapshots =
            NAME.matcher(name).matches()
                && Objects.requireNonNull(directories.get(name)).entry().isDirectory();
        var kind = isSnapshots ? Leftover.Kind.DIRECTORY : Leftover.Kind.STRAY;
        leftovers.add(kind, directory, path, name, abandoned.getOrDefault(name, Instant.MIN));
      }
      others.forEach(name -> leftovers.add(Leftover.Kind.STRAY, directory, path, name));
    } catch (NoSuchFileException vanished) {
      return;
    } catch (IOException unreadable) {
      failures.path(path, unreadable);
    }
  }

  /// The directories of the snapshots whose files are there, by key.
  Map<String, Path> ofSnapshots(PersistentMap<String, SnapshotRecord> snapshots) {
    return new Places(this, snapshots);
  }

  /// The keys of the snapshots whose files cannot be seen.
  Set<String> hidden(PersistentMap<String, SnapshotRecord> snapshots) {
    return new AbstractSet<>() {
      @Override
      public boolean contains(@Nullable Object key) {
        @Nullable SnapshotRecord snapshot = snapshots.get(key);
        return snapshot != null && snapshot.stored().filter(it -> isHidden(find(it))).isPresent();
      }

      @Override
      public Iterator<String> iterator() {
        return snapshots.keySet().stream().filter(this::contains).iterator();
      }

      @Override
      public int size() {
        return (int) snapshots.keySet().stream().filter(this::contains).count();
      }
    };
  }

  /// A view of the directories by the keys of snapshots, so that nothing is made of all of them.
  private static final class Places extends AbstractMap<String, Path> {
    private final SnapshotHome home;
    private final PersistentMap<String, SnapshotRecord> snapshots;

    private Places(SnapshotHome home, PersistentMap<String, SnapshotRecord> snapshots) {
      this.home = home;
      this.snapshots = snapshots;
    }

    @Override
    public @Nullable Path get(@Nullable Object key) {
      @Nullable SnapshotRecord snapshot = snapshots.get(key);
      @Nullable Found found =
          snapshot == null ? null : snapshot.stored().map(home::find).orElse(null);
      return found != null && found.content() == Content.PRESENT ? found.directory().path() : null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return get(key) != null;
    }

    @Override
    public Set<Entry<String, Path>> entrySet() {
      var all = new HashMap<String, Path>();
      for (String key : snapshots.keySet()) {
        @Nullable Path path = get(key);
        if (path != null) {
          all.put(key, path);
        }
      }
      return all.entrySet();
    }
  }

  private boolean isHidden(@Nullable Found found) {
    return !known || (found != null && found.content() == Content.UNREADABLE);
  }

  private @Nullable Found find(SnapshotRecord.Stored stored) {
    return directories.get(String.valueOf(stored.number()));
  }
}

package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.store.containerd.SnapshotHome.Found;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.ObjectList;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads a [SnapshotHome] from pass to pass.
final class SnapshotDirectories {
  /// The snapshotters whose directories look like this; others keep their snapshots elsewhere.
  private static final Set<String> LAYOUTS =
      Set.of("overlayfs", "native", "fuse-overlayfs", "stargz", "soci", "nydus");

  private final ContainerdLayout layout;
  private final Path dataRoot;
  private final ObjectList list = new ObjectList();
  private SnapshotHome last = SnapshotHome.NONE;

  SnapshotDirectories(ContainerdLayout layout, Path dataRoot) {
    this.layout = layout;
    this.dataRoot = dataRoot;
  }

  /// What is there by now; the very object of the pass before, if nothing has changed.
  SnapshotHome read(Home home, Freshness freshness, ReadFailures failures) {
    if (!LAYOUTS.contains(layout.snapshotter())) {
      failures.unknown(StorePart.DIRECTORIES);
      return SnapshotHome.UNKNOWN;
    }
    String path = layout.directories();
    try (Directory directory = home.openDirectory(path)) {
      var place =
          new Place(directory, path, dataRoot.resolve(path), layout, freshness.changedIn(path));
      SnapshotHome now = read(place, failures);
      last = now.isSameAs(last) ? last : now;
    } catch (NoSuchFileException noSnapshotYet) {
      list.forget();
      last = SnapshotHome.NONE;
    } catch (IOException unreadable) {
      failures.part(StorePart.DIRECTORIES, path, unreadable);
      list.forget();
      last = SnapshotHome.UNKNOWN;
    }
    return last;
  }

  private SnapshotHome read(Place place, ReadFailures failures) throws IOException {
    var pass = new Pass(place, last, failures);
    if (place.changed().isEmpty() && list.isAsListed(place.snapshots())) {
      pass.lookAgain();
    } else {
      list.look(
          place.snapshots(),
          place.changed(),
          last.again(),
          () -> ObjectList.union(last.directories().keySet(), last.others()),
          pass::add,
          pass::remove);
    }
    return pass.done();
  }

  /// What a pass makes of the directories of the one before.
  private static final class Pass {
    private final Place place;
    private final SnapshotHome before;
    private final ReadFailures failures;
    private final PersistentMap<String, Found>.Editor found;
    private final SortedSet<String> others;
    private final Set<String> again = new HashSet<>();

    private Pass(Place place, SnapshotHome before, ReadFailures failures) {
      this.place = place;
      this.before = before;
      this.failures = failures;
      this.found = before.directories().edit();
      this.others = new TreeSet<>(before.others());
    }

    /// Looks at the directories of the pass before, of which none has come or gone.
    void lookAgain() throws IOException {
      for (Found known : before.directories().values()) {
        if (!place.isStill(known)) {
          add(known.entry());
        }
      }
    }

    void add(DirectoryEntry entry) throws IOException {
      boolean isLink = entry.kind() == FileKind.SYMBOLIC_LINK;
      if (!entry.isDirectory() && !isLink) {
        found.remove(entry.name());
        others.add(entry.name());
        return;
      }
      Found now =
          isLink
              ? place.found(entry, new Files(Content.UNREADABLE, entry.inode()), Stamp.ABSENT)
              : place.found(entry, before);
      // The name of the pass before, so that there is one text of it.
      found.put(now.entry().name(), now);
      others.remove(entry.name());
      if (!now.isSettled()) {
        again.add(entry.name());
      }
      if (isLink) {
        failures.path(place.home() + "/" + entry.name(), ContentStore.LINK);
      }
    }

    void remove(String name) {
      found.remove(name);
      others.remove(name);
    }

    SnapshotHome done() throws IOException {
      long bytes = place.snapshots().status().allocatedBytes();
      return new SnapshotHome(found.done(), others, again, bytes, true);
    }
  }

  /// Where the directories are.
  ///
  /// @param changed the names of which something was told; empty if all are to be asked for
  private record Place(
      Directory snapshots,
      String home,
      Path path,
      ContainerdLayout layout,
      Optional<Set<String>> changed) {

    /// A directory, as it was found last if it has not changed.
    Found found(DirectoryEntry entry, SnapshotHome last) throws IOException {
      @Nullable Found known = last.directories().get(entry.name());
      if (known != null
          && known.entry().inode() == entry.inode()
          && (isUntold(entry.name()) ? known.isSettled() : isStill(known))) {
        return known;
      }
      if (layout.content().isEmpty()) {
        return found(entry, new Files(Content.PRESENT, entry.inode()), Stamp.ABSENT);
      }
      Stamp stamp = snapshots.find(entry.name()).map(Stamp::of).orElse(Stamp.ABSENT);
      return found(entry, files(snapshots, entry, layout), stamp);
    }

    /// Whether a directory that has not been replaced is as it was found. Where its files stand in
    /// it directly, there is nothing in it to ask for.
    boolean isStill(Found known) {
      return known.isSettled()
          && (layout.content().isEmpty() || known.entry().holds(snapshots, known.stamp()));
    }

    private boolean isUntold(String name) {
      return changed.isPresent() && !changed.get().contains(name);
    }

    Found found(DirectoryEntry entry, Files files, Stamp stamp) {
      return new Found(
          entry,
          new LayerDirectory(path.resolve(entry.name()), home, layout.content(), files.content()),
          files.inode(),
          stamp);
    }
  }

  /// What stands where the files should be.
  ///
  /// @param inode of what holds them, or should
  private record Files(Content content, long inode) {}

  private static Files files(Directory snapshots, DirectoryEntry entry, ContainerdLayout layout) {
    try {
      Optional<FileStatus> status = snapshots.find(entry.name() + "/" + layout.content());
      if (status.isEmpty()) {
        return new Files(Content.ABSENT, entry.inode());
      }
      boolean isDirectory = status.get().kind() == FileKind.DIRECTORY;
      return new Files(isDirectory ? Content.PRESENT : Content.FOREIGN, status.get().inode());
    } catch (IOException notVisible) {
      return new Files(Content.UNREADABLE, entry.inode());
    }
  }
}

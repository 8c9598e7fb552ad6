package io.github.dockerimageexporter.store.containerd;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.ObjectList;
import java.io.IOException;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files in `blobs/sha256`, from pass to pass.
final class BlobList {
  private static final PersistentMap<Digest, Found> NO_FILES = PersistentMap.empty(NamedBlob.KEYS);

  private final ObjectList list = new ObjectList();
  private final DerivedMap<Digest, Found, Found> links =
      DerivedMap.where(NamedBlob.KEYS, found -> found.kind() == FileKind.SYMBOLIC_LINK);
  private Listing last = Listing.ofNothing(false);

  /// A file, as little of it as is asked for later: there is one for each blob.
  record Found(
      Digest digest, FileKind kind, long inode, long allocatedBytes, BlobFile file, Stamp stamp) {

    static Found of(Digest digest, DirectoryEntry entry, FileStatus status) {
      Stamp stamp = Stamp.of(status);
      return new Found(
          digest,
          status.kind(),
          entry.inode(),
          status.allocatedBytes(),
          switch (status.kind()) {
            case REGULAR ->
                new BlobFile.Present(
                    status.sizeBytes(), status.allocatedBytes(), stamp.fingerprint());
            case SYMBOLIC_LINK -> new BlobFile.Unseen();
            default -> new BlobFile.Foreign();
          },
          stamp);
    }

    DirectoryEntry entry() {
      return new DirectoryEntry(digest.hex(), kind, inode);
    }

    /// Whether `now` is this file, with nothing changed. An edit in place is left to the next full
    /// scan, but for a file that was still young.
    ///
    /// @param trusts whether no event has told of it
    boolean isStill(Directory directory, DirectoryEntry now, boolean trusts) {
      return inode == now.inode() && (trusts ? stamp.settled() : isStill(directory));
    }

    /// Whether what has its name is this file, with nothing changed.
    boolean isStill(Directory directory) {
      return DirectoryEntry.holds(directory, digest.hexBytes(), stamp);
    }
  }

  /// @param links those of the files that are symbolic links
  /// @param others names that are not those of blobs, sorted
  /// @param young the files that have changed so lately that they may have again
  /// @param seen whether they could be listed
  record Listing(
      PersistentMap<Digest, Found> files,
      PersistentMap<Digest, Found> links,
      SortedSet<String> others,
      Set<Digest> young,
      boolean seen) {
    /// Whether all files are as they were in an earlier pass.
    @SuppressWarnings("ReferenceEquality") // What was listed once is one map.
    boolean isSameAs(Listing earlier) {
      return files == earlier.files
          && young.isEmpty()
          && others.equals(earlier.others)
          && seen == earlier.seen;
    }

    static Listing ofNothing(boolean seen) {
      return new Listing(NO_FILES, NO_FILES, Collections.emptySortedSet(), Set.of(), seen);
    }
  }

  /// What is in `directory`.
  ///
  /// @param path its own, as it is shown
  /// @param brought the blobs that were brought anew since the pass before, which then can have the
  ///     inode they had
  Listing read(Directory directory, String path, Freshness freshness, Set<Digest> brought)
      throws IOException {
    Optional<Set<String>> changed = freshness.changedIn(path);
    var pass = new Pass(directory);
    if (changed.isEmpty() && list.isAsListed(directory)) {
      pass.lookAgain();
    } else {
      list(pass, changed, brought);
    }
    last = pass.done();
    return last;
  }

  private void list(Pass pass, Optional<Set<String>> changed, Set<Digest> brought)
      throws IOException {
    Set<String> again =
        Stream.concat(brought.stream(), last.young().stream()).map(Digest::hex).collect(toSet());
    list.look(
        pass.directory,
        changed,
        again,
        () -> new Names(last),
        entry -> {
          String name = entry.name();
          boolean isTold = changed.isEmpty() || changed.get().contains(name);
          pass.add(entry, !isTold && !again.contains(name));
        },
        pass::remove);
  }

  /// What a pass makes of the files of the one before.
  private final class Pass {
    private final Directory directory;
    private final PersistentMap<Digest, Found>.Editor files = last.files().edit();
    private final SortedSet<String> others = new TreeSet<>(last.others());
    private final Set<Digest> young = new HashSet<>();

    private Pass(Directory directory) {
      this.directory = directory;
    }

    /// Looks at the files of the pass before, of which none has come or gone.
    void lookAgain() throws IOException {
      for (Found before : last.files().values()) {
        if (!before.isStill(directory)) {
          look(before.entry(), before.digest());
        }
      }
    }

    void add(DirectoryEntry entry, boolean trusts) throws IOException {
      Optional<Digest> digest = Digest.ofName(entry.name());
      if (digest.isEmpty()) {
        others.add(entry.name());
        return;
      }
      @Nullable Found before = last.files().get(digest.get());
      if (before == null || !before.isStill(directory, entry, trusts)) {
        look(entry, digest.get());
      }
    }

    private void look(DirectoryEntry entry, Digest digest) throws IOException {
      Optional<FileStatus> status = directory.find(entry.name());
      if (status.isEmpty()) {
        files.remove(digest);
        return;
      }
      Found found = Found.of(digest, entry, status.get());
      files.put(digest, found);
      if (!found.stamp().settled()) {
        young.add(digest);
      }
    }

    void remove(String name) {
      Digest.ofName(name).ifPresentOrElse(files::remove, () -> others.remove(name));
    }

    Listing done() {
      PersistentMap<Digest, Found> all = files.done();
      return new Listing(all, links.of(all), others, young, true);
    }
  }

  /// All names of a listing: a view.
  private static final class Names extends AbstractSet<String> {
    private final Listing listing;

    private Names(Listing listing) {
      this.listing = listing;
    }

    @Override
    public boolean contains(@Nullable Object name) {
      return name instanceof String text && contains(text);
    }

    private boolean contains(String name) {
      Optional<Digest> digest = Digest.ofName(name);
      return digest.isPresent()
          ? listing.files().containsKey(digest.get())
          : listing.others().contains(name);
    }

    @Override
    public Iterator<String> iterator() {
      return Stream.concat(
              listing.files().keySet().stream().map(Digest::hex), listing.others().stream())
          .iterator();
    }

    @Override
    public int size() {
      return listing.files().size() + listing.others().size();
    }
  }

  /// Has the next pass look at all.
  void forget() {
    list.forget();
    last = Listing.ofNothing(false);
  }
}

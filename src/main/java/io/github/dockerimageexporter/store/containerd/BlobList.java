package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The files in `blobs/sha256`, from pass to pass.
final class BlobList {
  private static final PersistentMap<Digest, Found> NO_FILES = PersistentMap.empty(NamedBlob.KEYS);

  private Optional<Listing> last = Optional.empty();

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
  }

  /// @param others names that are not those of blobs
  /// @param young the files that have changed so lately that they may have again
  /// @param seen whether they could be listed
  record Listing(
      Stamp stamp,
      PersistentMap<Digest, Found> files,
      List<String> others,
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
      return new Listing(Stamp.ABSENT, NO_FILES, List.of(), Set.of(), seen);
    }
  }

  /// What is in `directory`.
  ///
  /// @param path its own, as it is shown
  /// @param isKept whether a blob was not brought anew since the pass before, which then can have
  ///     the inode it had
  Listing read(Directory directory, String path, Freshness freshness, Predicate<Digest> isKept)
      throws IOException {
    Stamp stamp = Stamp.of(directory.status());
    if (freshness.changedIn(path).filter(Set::isEmpty).isPresent()
        && last.filter(listing -> listing.stamp().holdsAt(stamp)).isPresent()) {
      return last.get();
    }
    PersistentMap<Digest, Found> known = last.map(Listing::files).orElse(NO_FILES);
    var files = HashMap.<Digest, Found>newHashMap(known.size());
    var others = new ArrayList<String>();
    var young = new HashSet<Digest>();
    for (DirectoryEntry entry : directory.entries()) {
      Optional<Digest> digest = Digest.ofName(entry.name());
      if (digest.isPresent()) {
        boolean trusts = freshness.trusts(path, entry.name()) && isKept.test(digest.get());
        Optional<Found> found = find(directory, entry, digest.get(), trusts);
        found.ifPresent(it -> files.put(it.digest(), it));
        found.filter(it -> !it.stamp().settled()).ifPresent(it -> young.add(it.digest()));
      } else {
        others.add(entry.name());
      }
    }
    last = Optional.of(new Listing(stamp, known.changedTo(files), others, young, true));
    return last.get();
  }

  /// What stands there; what the pass before has found, if it is the same. An edit in place is left
  /// to the next full scan, but for a file that was still young.
  private Optional<Found> find(
      Directory directory, DirectoryEntry entry, Digest digest, boolean trusts) throws IOException {
    Optional<Found> before = last.map(listing -> listing.files().get(digest));
    if (trusts
        && before.filter(it -> it.inode() == entry.inode() && it.stamp().settled()).isPresent()) {
      return before;
    }
    Optional<Found> now =
        directory.find(entry.name()).map(status -> Found.of(digest, entry, status));
    Stamp stamp = now.map(Found::stamp).orElse(Stamp.ABSENT);
    return before
        .filter(it -> it.inode() == entry.inode() && it.stamp().holdsAt(stamp))
        .or(() -> now);
  }

  /// Has the next pass look at all.
  void forget() {
    last = Optional.empty();
  }
}

package io.github.dockerimageexporter.store.containerd;

import static java.util.stream.Collectors.toCollection;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.store.containerd.document.BlobDocument.Form;
import io.github.dockerimageexporter.store.containerd.document.Reading;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.MappedValues;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StatCache;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The files of the content store: all blobs by size, the small ones by what they say.
///
/// | file                           | content                                                     |
/// |--------------------------------|-------------------------------------------------------------|
/// | `blobs/sha256/<hex>`           | what `hex` digests: read-only, renamed into place           |
/// | `ingest/<hex>/{ref,data,…}`    | a download at work                                          |
///
/// Source: containerd, `plugins/content/local/store.go`.
final class ContentStore {
  /// Why a blob or a directory is unreadable that containerd itself would find elsewhere.
  static final String LINK = "found a symbolic link; containerd follows it, the exporter does not";

  /// Docker reads manifests of up to 4 MiB.
  private static final int MAX_DOCUMENT_BYTES = 8 << 20;

  private final Map<Form, StatCache<Reading>> memory = new EnumMap<>(Form.class);
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
  /// @param seen whether they could be listed
  record Listing(Stamp stamp, Map<Digest, Found> files, List<String> others, boolean seen) {
    /// Whether all files are as they were in an earlier pass.
    @SuppressWarnings("ReferenceEquality") // What was listed once is one map.
    boolean isSameAs(Listing earlier) {
      return files == earlier.files && others.equals(earlier.others) && seen == earlier.seen;
    }

    static Listing ofNothing(boolean seen) {
      return new Listing(Stamp.ABSENT, Map.of(), List.of(), seen);
    }
  }

  /// Begins a pass.
  ///
  /// @param isKept whether a blob was not brought anew since the pass before, which then can have
  ///     the inode it had
  Pass open(Home home, Freshness freshness, Predicate<Digest> isKept) {
    Optional<Directory> directory = Optional.empty();
    try {
      String path = home.shown() + "/" + ContainerdLayout.BLOBS;
      directory = Optional.of(home.openDirectory(path));
      return new Pass(directory, list(directory.get(), path, freshness, isKept), Optional.empty());
    } catch (NoSuchFileException noBlobYet) {
      // Containerd makes the content store at its start; else its disk may not be mounted here.
      boolean isMade = home.has(home.shown() + "/" + ContainerdLayout.CONTENT);
      last = Optional.empty();
      return new Pass(Optional.empty(), Listing.ofNothing(isMade), Optional.empty());
    } catch (IOException unreadable) {
      directory.ifPresent(Directory::close);
      last = Optional.empty();
      return new Pass(Optional.empty(), Listing.ofNothing(false), Optional.of(unreadable));
    }
  }

  private Listing list(
      Directory directory, String path, Freshness freshness, Predicate<Digest> isKept)
      throws IOException {
    Stamp stamp = Stamp.of(directory.status());
    if (freshness.changedIn(path).filter(Set::isEmpty).isPresent()
        && last.filter(listing -> listing.stamp().holdsAt(stamp)).isPresent()) {
      return last.get();
    }
    Map<Digest, Found> known = last.map(Listing::files).orElse(Map.of());
    var files = HashMap.<Digest, Found>newHashMap(known.size());
    var others = new ArrayList<String>();
    for (DirectoryEntry entry : directory.entries()) {
      Optional<Digest> digest = Digest.ofName(entry.name());
      if (digest.isPresent()) {
        boolean trusts = freshness.trusts(path, entry.name()) && isKept.test(digest.get());
        find(directory, entry, digest.get(), trusts).ifPresent(it -> files.put(it.digest(), it));
      } else {
        others.add(entry.name());
      }
    }
    last = Optional.of(new Listing(stamp, areSame(files, known) ? known : files, others, true));
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

  @SuppressWarnings("ReferenceEquality") // What has not changed is the same object.
  private static boolean areSame(Map<Digest, Found> files, Map<Digest, Found> known) {
    return files.size() == known.size()
        && files.values().stream().allMatch(file -> known.get(file.digest()) == file);
  }

  /// One pass over the files, while their directory is open.
  final class Pass implements AutoCloseable {
    private final Optional<Directory> directory;
    private final Optional<IOException> failure;
    private final Listing listing;
    private final Map<Digest, Found> files;
    private final Map<Form, Map<Digest, Reading>> readings = new EnumMap<>(Form.class);

    private Pass(Optional<Directory> directory, Listing listing, Optional<IOException> failure) {
      this.directory = directory;
      this.failure = failure;
      this.listing = listing;
      this.files = listing.files();
    }

    /// Why the files are not known.
    Optional<IOException> failure() {
      return failure;
    }

    Listing listing() {
      return listing;
    }

    boolean isEmpty() {
      return files.isEmpty();
    }

    /// Notes that the content store cannot be seen, if it should have something, and the blobs that
    /// are links.
    void expect(Set<Digest> recorded, ContainerdLayout layout, ReadFailures failures) {
      files.forEach(
          (digest, file) -> {
            if (file.kind() == FileKind.SYMBOLIC_LINK) {
              failures.path(layout.blobs() + "/" + digest.hex(), LINK);
            }
          });
      if (!listing.seen() && !recorded.isEmpty() && !failures.hasPath(layout.blobs())) {
        failures.path(layout.blobs(), "does not exist, but containerd has records of blobs");
      }
    }

    /// What every blob takes on disk.
    Map<Digest, Long> allocatedBytes() {
      return new MappedValues<>(files, Found::allocatedBytes);
    }

    /// The blobs that are not `recorded`.
    Set<Digest> unowned(Predicate<Digest> recorded) {
      return files.keySet().stream().filter(recorded.negate()).collect(toCollection(TreeSet::new));
    }

    /// Adds what is not the content of a blob with a record.
    ///
    /// @param unowned the blobs without one
    /// @param abandoned since when, of those that had one
    void addLeftovers(
        ContainerdLayout layout,
        Set<Digest> unowned,
        Map<Digest, Instant> abandoned,
        Leftovers leftovers) {
      if (directory.isEmpty()) {
        return;
      }
      for (Digest digest : unowned) {
        @Nullable Found file = files.get(digest);
        boolean isBlob = file != null && file.kind() == FileKind.REGULAR;
        leftovers.add(
            isBlob ? Leftover.Kind.BLOB : Leftover.Kind.STRAY,
            directory.get(),
            layout.blobs(),
            digest.hex(),
            abandoned.getOrDefault(digest, Instant.MIN));
      }
      listing
          .others()
          .forEach(
              name -> leftovers.add(Leftover.Kind.STRAY, directory.get(), layout.blobs(), name));
    }

    BlobFile file(Digest digest) {
      @Nullable Found found = files.get(digest);
      if (found == null) {
        return listing.seen() ? new BlobFile.Absent() : new BlobFile.Unseen();
      }
      return found.file();
    }

    /// What a small blob says.
    Reading read(Digest digest, Form form) {
      return readings
          .computeIfAbsent(form, _ -> new HashMap<>())
          .computeIfAbsent(digest, _ -> recall(digest, form));
    }

    private Reading recall(Digest digest, Form form) {
      @Nullable Found found = files.get(digest);
      if (found == null || directory.isEmpty()) {
        return new Reading.Missing();
      }
      if (found.kind() == FileKind.SYMBOLIC_LINK) {
        return new Reading.Unread(LINK);
      }
      StatCache<Reading> known = memory.computeIfAbsent(form, _ -> new StatCache<>());
      @Nullable Reading remembered = known.recall(found.entry(), found.stamp());
      if (remembered != null) {
        return remembered;
      }
      Reading read = read(directory.get(), digest, found, form);
      return read instanceof Reading.Unread
          ? read
          : known.remember(found.entry(), found.stamp(), read);
    }

    private static Reading read(Directory blobs, Digest digest, Found found, Form form) {
      if (found.file() instanceof BlobFile.Present file && file.sizeBytes() > MAX_DOCUMENT_BYTES) {
        return new Reading.Unread(
            "found %d bytes; at most %d are read".formatted(file.sizeBytes(), MAX_DOCUMENT_BYTES));
      }
      try {
        byte[] content = blobs.read(digest.hex(), MAX_DOCUMENT_BYTES);
        return Reading.of(content, digest, form);
      } catch (NoSuchFileException | UnexpectedFileException notAFile) {
        return new Reading.Missing();
      } catch (IOException unreadable) {
        return new Reading.Unread(ReadFailures.reason(unreadable));
      }
    }

    @Override
    public void close() {
      directory.ifPresent(Directory::close);
      if (!readings.isEmpty()) {
        memory.values().forEach(StatCache::turn);
      }
    }
  }
}

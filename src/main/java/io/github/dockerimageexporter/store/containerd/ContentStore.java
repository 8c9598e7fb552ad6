package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.store.containerd.BlobList.Found;
import io.github.dockerimageexporter.store.containerd.BlobList.Listing;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private final BlobList list = new BlobList();

  /// Begins a pass.
  ///
  /// @param brought the blobs that were brought anew since the pass before
  Pass open(Home home, Freshness freshness, Set<Digest> brought) {
    Optional<Directory> directory = Optional.empty();
    try {
      String path = home.shown() + "/" + ContainerdLayout.BLOBS;
      directory = Optional.of(home.openDirectory(path));
      return new Pass(
          directory, list.read(directory.get(), path, freshness, brought), Optional.empty());
    } catch (NoSuchFileException noBlobYet) {
      // Containerd makes the content store at its start; else its disk may not be mounted here.
      boolean isMade = home.has(home.shown() + "/" + ContainerdLayout.CONTENT);
      list.forget();
      return new Pass(Optional.empty(), Listing.ofNothing(isMade), Optional.empty());
    } catch (IOException unreadable) {
      directory.ifPresent(Directory::close);
      list.forget();
      return new Pass(Optional.empty(), Listing.ofNothing(false), Optional.of(unreadable));
    }
  }

  /// One pass over the files, while their directory is open.
  final class Pass implements AutoCloseable {
    private final Optional<Directory> directory;
    private final Optional<IOException> failure;
    private final Listing listing;
    private final PersistentMap<Digest, Found> files;
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
      listing
          .links()
          .keySet()
          .forEach(digest -> failures.path(layout.blobs() + "/" + digest.hex(), LINK));
      if (!listing.seen() && !recorded.isEmpty() && !failures.hasPath(layout.blobs())) {
        failures.path(layout.blobs(), "does not exist, but containerd has records of blobs");
      }
    }

    /// What every blob takes on disk.
    Map<Digest, Long> allocatedBytes() {
      return new MappedValues<>(files, Found::allocatedBytes);
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

    /// That of the blob's file, for one that is equal to it.
    private Digest shared(Digest digest) {
      @Nullable Found found = files.get(digest);
      return found == null ? digest : found.digest();
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

    private Reading read(Directory blobs, Digest digest, Found found, Form form) {
      if (found.file() instanceof BlobFile.Present file && file.sizeBytes() > MAX_DOCUMENT_BYTES) {
        return new Reading.Unread(
            "found %d bytes; at most %d are read".formatted(file.sizeBytes(), MAX_DOCUMENT_BYTES));
      }
      try {
        byte[] content = blobs.read(digest.hex(), MAX_DOCUMENT_BYTES);
        return Reading.of(content, digest, form, this::shared);
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

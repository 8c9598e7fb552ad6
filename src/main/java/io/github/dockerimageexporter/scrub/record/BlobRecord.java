package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.scrub.tar.MalformedTarException;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerFile;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.snapshot.LayerRecord.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A layer's blob: the tar itself, compressed. It is read once, from its first byte to its last.
///
/// What it says counts only if it hashes to its name, which is known at its end.
public final class BlobRecord implements AutoCloseable {
  private final Blob record;
  private final LayerTree home;
  private final LayerFile file;
  private final PackedStream packed;
  private final Sha256 packedDigest = new Sha256();
  private final Sha256 unpackedDigest = new Sha256();
  private byte[] head = {};
  private Optional<TarStream> tar = Optional.empty();

  private BlobRecord(Blob record, LayerTree home, LayerFile file, LayerFile.Sink progress) {
    this.record = record;
    this.home = home;
    this.file = file;
    this.packed =
        new PackedStream(
            file,
            record.sizeBytes(),
            (bytes, length) -> {
              packedDigest.update(bytes, 0, length);
              progress.accept(bytes, length);
            });
  }

  /// Opens the blob.
  ///
  /// @param dataRoot where its path begins, if that is relative
  /// @param onDisk whether to read from the disk even what is in memory
  /// @param progress is shown what is read
  /// @throws NoSuchFileException if it is gone
  /// @throws UnverifiableException if it is not what the scan has found
  public static BlobRecord open(
      Blob record, Path dataRoot, Buffers buffers, boolean onDisk, LayerFile.Sink progress)
      throws IOException {
    StorePath path = StorePath.of(dataRoot, dataRoot.resolve(record.path()), 1);
    LayerTree home = LayerTree.ofList(path, buffers);
    try {
      return new BlobRecord(record, home, open(home, path, record, onDisk), progress);
    } catch (IOException | RuntimeException | Error failure) {
      home.close();
      throw failure;
    }
  }

  private static LayerFile open(LayerTree home, StorePath path, Blob record, boolean onDisk)
      throws IOException {
    String name = path.object();
    if (home.find(name) != LayerTree.Found.PRESENT) {
      throw new NoSuchFileException(path.toString());
    }
    if (home.status().kind() != FileKind.REGULAR
        || home.status().sizeBytes() != record.sizeBytes()) {
      throw new UnverifiableException("its blob does not have the recorded size");
    }
    return home.openFile(name, onDisk);
  }

  /// Tells of each entry; its content may be read by [#readContent] while it is told.
  ///
  /// @throws ChangedBlobException if the blob does not hash to its name
  /// @throws UnverifiableException if it does, and cannot be followed
  public void read(EntryVisitor visitor) throws IOException {
    try {
      readTar(visitor);
    } catch (FileSystemException | InterruptedIOException unreadable) {
      throw unreadable;
    } catch (IOException unclear) {
      requireUnchanged();
      throw new UnverifiableException(reason(unclear));
    }
    requireUnchanged();
  }

  private void readTar(EntryVisitor visitor) throws IOException {
    head = packed.peek(Compression.HEAD);
    Compression compression = Compression.of(head);
    try (InputStream unpacked = UnpackedStream.ofBlob(compression.unpack(packed))) {
      var entries = new TarStream(unpacked, unpackedDigest);
      tar = Optional.of(entries);
      for (Optional<TarEntry> entry = entries.next(); entry.isPresent(); entry = entries.next()) {
        if (!entry.get().isRoot()) {
          visitor.file(entry.get(), 0);
        }
      }
    }
  }

  /// Reads what is left of it.
  ///
  /// @throws ChangedBlobException if it does not hash to its name
  public void requireUnchanged() throws IOException {
    packed.drain();
    Digest actual = packedDigest.finish();
    if (!actual.equals(record.digest())) {
      throw new ChangedBlobException(record.digest(), actual);
    }
  }

  private String reason(IOException unclear) {
    return switch (unclear) {
      case UnverifiableException known -> String.valueOf(known.getMessage());
      case UnpackedStream.TooMuchException much -> "its blob " + much.getMessage();
      case MalformedTarException malformed -> "its blob holds a " + malformed.getMessage();
      default -> Compression.reason(unclear, head);
    };
  }

  /// Reads the next bytes of the content of the entry that is told, all that are asked for.
  public void readContent(byte[] target, int length) throws IOException {
    tar.orElseThrow().readContent(target, length);
  }

  /// The digest of the tar, once all of it was read; to be asked for once.
  public Digest tarDigest() {
    return unpackedDigest.finish();
  }

  @Override
  public void close() {
    file.close();
    home.close();
  }
}

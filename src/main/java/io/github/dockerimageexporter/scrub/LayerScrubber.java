package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.Attributes;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
import io.github.dockerimageexporter.scrub.json.MalformedJsonException;
import io.github.dockerimageexporter.scrub.record.BlobRecord;
import io.github.dockerimageexporter.scrub.record.ChangedBlobException;
import io.github.dockerimageexporter.scrub.record.UnpackedStream.TooMuchException;
import io.github.dockerimageexporter.scrub.record.UnverifiableException;
import io.github.dockerimageexporter.scrub.tar.MalformedTarException;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.FileSum;
import io.github.dockerimageexporter.scrub.tree.LowerTrees;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Scrubs one layer after the other, by one thread.
public final class LayerScrubber {
  private static final Path OVERLAY = Path.of("/sys/module/overlay/parameters");
  private static final String RECORD = "its tar-split record cannot be followed: ";

  private final boolean canSeeMarks = Attributes.canSeeTrusted();
  private final boolean leavesCopies = isOn("redirect_dir") || isOn("metacopy");
  private final Pace pace;
  private final KeptShapes kept;
  private final Supplier<PathTable> tables;
  private @Nullable Buffers buffers;

  /// For what is read beside the layer's directory.
  private @Nullable Buffers otherBuffers;

  /// One that reads at `pace`.
  public LayerScrubber(Pace pace) {
    this(pace, new KeptShapes());
  }

  /// The same, of which another one may learn what the layers of blobs had.
  public LayerScrubber(Pace pace, KeptShapes kept) {
    this(pace, kept, PathTable::new);
  }

  /// @param tables makes the memory for the paths of a layer
  LayerScrubber(Pace pace, KeptShapes kept, Supplier<PathTable> tables) {
    this.pace = pace;
    this.kept = kept;
    this.tables = tables;
  }

  /// What there is to say of a layer; empty if it is gone, or the thread is to stop.
  public Optional<LayerVerdict> scrub(ScrubTarget target) {
    return verdict(
        target.dataRoot(), () -> run(mayHaveCopies(target) ? target.withCopies() : target));
  }

  /// Where dockerd does not take layers from overlays as they are, nor does a daemon in a user name
  /// space, their tars are those of whole trees compared.
  ///
  /// Source: moby, `daemon/graphdriver/overlay2/check.go` (doesSupportNativeDiff).
  private boolean mayHaveCopies(ScrubTarget target) throws IOException {
    return leavesCopies || !owners(target).isKnown();
  }

  /// What there is to say of a blob that is to hash to its name, and of nothing else; empty as
  /// above.
  public Optional<LayerVerdict> hash(Path dataRoot, LayerRecord.Blob blob) {
    return verdict(dataRoot, () -> twice(onDisk -> hash(dataRoot, blob, onDisk)));
  }

  /// A reading that may fail.
  @FunctionalInterface
  private interface Reading {
    LayerVerdict run() throws IOException;
  }

  private static Optional<LayerVerdict> verdict(Path dataRoot, Reading reading) {
    try {
      return Optional.of(reading.run());
    } catch (UnverifiableException unverifiable) {
      return unverifiable(String.valueOf(unverifiable.getMessage()));
    } catch (TooMuchException | MalformedTarException | MalformedJsonException malformed) {
      return unverifiable(RECORD + malformed.getMessage());
    } catch (EOFException | ZipException | UnexpectedFileException malformed) {
      return unverifiable(RECORD + "it is not whole");
    } catch (NoSuchFileException | InterruptedIOException | ClosedByInterruptException gone) {
      return Optional.empty();
    } catch (FileSystemException unreadable) {
      return Optional.of(unreadable(dataRoot, unreadable));
    } catch (IOException other) {
      return unverifiable(RECORD + Quote.line(String.valueOf(other.getMessage())));
    }
  }

  private LayerVerdict run(ScrubTarget target) throws IOException {
    return switch (target.record()) {
      case TarSplitFile file -> {
        var differences = new Differences();
        yield run(
            target, new TarSplitSource(target, file, pace, differences, canSeeMarks), differences);
      }
      case LayerRecord.Blob blob ->
          target.depth() == Depth.SHAPE
              ? shape(target, blob)
              : twice(onDisk -> run(target, blob, onDisk));
      case LayerRecord.None(String reason) -> new LayerVerdict.Unverifiable(reason);
    };
  }

  private LayerVerdict shape(ScrubTarget target, LayerRecord.Blob blob) throws IOException {
    Optional<LayerVerdict.Verified> known = kept.verify(target, buffers());
    return known.isPresent() ? known.get() : twice(onDisk -> run(target, blob, onDisk));
  }

  /// A reading that may pass by what is in memory.
  @FunctionalInterface
  private interface Attempt {
    LayerVerdict run(boolean onDisk) throws IOException;
  }

  /// What tells of harm is read once more, from the disk.
  private static LayerVerdict twice(Attempt attempt) throws IOException {
    LayerVerdict first = attempt.run(false);
    return first.isHarm() ? attempt.run(true) : first;
  }

  private LayerVerdict hash(Path dataRoot, LayerRecord.Blob blob, boolean onDisk)
      throws IOException {
    try (BlobRecord opened = reading(onDisk).open(dataRoot, blob)) {
      opened.requireUnchanged();
      return new LayerVerdict.Verified(0, blob.sizeBytes());
    } catch (ChangedBlobException changed) {
      return new LayerVerdict.BlobChanged(changed.blob(), changed.actual());
    }
  }

  private BlobSource.Reading reading(boolean onDisk) {
    return new BlobSource.Reading(otherBuffers(), pace, onDisk);
  }

  private Buffers otherBuffers() {
    Buffers own = otherBuffers;
    if (own == null) {
      own = new Buffers();
      otherBuffers = own;
    }
    return own;
  }

  static LowerTrees below(ScrubTarget target, Supplier<Buffers> buffers) {
    return new LowerTrees(target.below().stream().map(LowerLayer::content).toList(), buffers);
  }

  private LayerVerdict run(ScrubTarget target, LayerRecord.Blob blob, boolean onDisk)
      throws IOException {
    var differences = new Differences();
    BlobSource.Reading reading = reading(onDisk);
    try (var source = new BlobSource(target, blob, reading, differences, canSeeMarks)) {
      return run(target, source, differences);
    } catch (ChangedBlobException changed) {
      return new LayerVerdict.BlobChanged(changed.blob(), changed.actual());
    }
  }

  private LayerVerdict run(ScrubTarget target, LayerSource source, Differences differences)
      throws IOException {
    Buffers own = buffers();
    try (var below = LayerScrubber.below(target, this::otherBuffers)) {
      boolean keeps =
          target.depth() == Depth.CONTENT && target.record() instanceof LayerRecord.Blob;
      // Before anything is compared: what changes meanwhile then differs later.
      Optional<FileSum> files = keeps ? KeptShapes.sum(target, own) : Optional.empty();
      var scrub =
          new LayerScrub(target, source, differences, own, below, owners(target), canSeeMarks);
      LayerVerdict verdict = scrub.run();
      if (keeps) {
        keep(target, verdict, files, scrub.opaque());
      }
      return verdict;
    } finally {
      own.paths().release();
    }
  }

  private void keep(
      ScrubTarget target,
      LayerVerdict verdict,
      Optional<FileSum> files,
      Optional<List<String>> opaque) {
    if (verdict instanceof LayerVerdict.Verified(long entries, _)
        && files.isPresent()
        && opaque.isPresent()) {
      kept.keep(target, new KeptShapes.Shape(files.get(), opaque.get(), entries));
    }
  }

  private Buffers buffers() {
    Buffers own = buffers;
    if (own == null) {
      own = new Buffers(tables.get());
      buffers = own;
    }
    return own;
  }

  /// Whether the kernel has overlays in a form that dockerd does not take layers from.
  private static boolean isOn(String parameter) {
    try {
      return Files.readString(OVERLAY.resolve(parameter)).startsWith("Y");
    } catch (IOException unknown) {
      return false;
    }
  }

  /// A data root that is not root's, or directories outside of it that are not, belong to a daemon
  /// in a user name space, whose mapping of users is not known.
  static Owners owners(ScrubTarget target) throws IOException {
    boolean isRoots = false;
    if (Attributes.canSeeOwners()) {
      try (var home = Directory.open(home(target))) {
        isRoots = home.isOwnedByRoot();
      }
    }
    return new Owners(target.firstUser(), isRoots);
  }

  private static Path home(ScrubTarget target) {
    StorePath content = target.content();
    return content.root().equals(target.dataRoot())
        ? target.dataRoot()
        : content.root().resolve(content.list());
  }

  private static Optional<LayerVerdict> unverifiable(String reason) {
    return Optional.of(new LayerVerdict.Unverifiable(reason));
  }

  private static LayerVerdict unreadable(Path dataRoot, FileSystemException failure) {
    String root = dataRoot + "/";
    String file = String.valueOf(failure.getFile());
    String relative = file.startsWith(root) ? file.substring(root.length()) : file;
    String reason = failure.getReason();
    return new LayerVerdict.Unreadable(
        relative, reason == null ? "unreadable" : reason, failure instanceof AccessDeniedException);
  }
}

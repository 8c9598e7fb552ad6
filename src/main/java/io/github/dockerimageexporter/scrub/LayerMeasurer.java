package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.record.TarSplitRecord;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.usage.ContentVisitor;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/// Compares a layer's directory with its record by the walk that measures it, so that both are read
/// once. Belongs to the thread that made it.
public final class LayerMeasurer {
  private final Buffers buffers = new Buffers();

  /// Measures a directory, and tells `visitor` of its content.
  @FunctionalInterface
  public interface Walk {
    DirectoryUsage tell(ContentVisitor visitor) throws IOException;
  }

  /// What that has shown.
  ///
  /// @param recordedBytes the lengths that the record lists; empty if it was not read to its end
  /// @param verdict that it has what the record lists; empty if that takes a closer look
  public record Measured(
      DirectoryUsage usage, OptionalLong recordedBytes, Optional<Verified> verdict) {}

  /// Reads the record of `target`, and lets `walk` go over its directory.
  public Measured measure(ScrubTarget target, Walk walk) throws IOException {
    if (!(target.record() instanceof TarSplitFile record) || !isAllOfIt(target)) {
      return unmatched(walk, OptionalLong.empty());
    }
    Optional<LayerTree> opened = open(target);
    if (opened.isEmpty()) {
      return unmatched(walk, OptionalLong.empty());
    }
    try (LayerTree tree = opened.get()) {
      return measure(tree, target, record, walk);
    } finally {
      buffers.paths().release();
    }
  }

  /// Whether its directory has nothing of the layers below.
  private static boolean isAllOfIt(ScrubTarget target) {
    return !target.isWholeTree() || target.below().isEmpty();
  }

  private Optional<LayerTree> open(ScrubTarget target) throws IOException {
    try {
      return Optional.of(LayerTree.open(target.content(), buffers));
    } catch (FileSystemException unreadable) {
      return Optional.empty();
    }
  }

  private Measured measure(LayerTree tree, ScrubTarget target, TarSplitFile record, Walk walk)
      throws IOException {
    var match =
        new ShapeMatch(
            target,
            visitor -> TarSplitRecord.read(record, visitor),
            tree,
            buffers,
            LayerScrubber.owners(target));
    return list(match) ? match(match, walk) : unmatched(walk, match.bytes());
  }

  /// Whatever keeps it from reading the record, it is not what is measured.
  private static boolean list(ShapeMatch match) {
    try {
      return match.list();
    } catch (IOException | RuntimeException unread) {
      return false;
    }
  }

  private static Measured match(ShapeMatch match, Walk walk) throws IOException {
    var usage = new AtomicReference<DirectoryUsage>();
    boolean isWhole = match.isWhole(found -> usage.set(walk.tell(found)));
    return new Measured(
        usage.get(),
        match.bytes(),
        isWhole ? Optional.of(new Verified(match.entries(), 0)) : Optional.empty());
  }

  private static Measured unmatched(Walk walk, OptionalLong recordedBytes) throws IOException {
    return new Measured(walk.tell(ContentVisitor.NONE), recordedBytes, Optional.empty());
  }
}

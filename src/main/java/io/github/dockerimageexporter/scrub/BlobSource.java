package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.scrub.record.BlobRecord;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.record.UnverifiableException;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.LowerTrees;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.snapshot.LayerRecord.Blob;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The tar itself, in a blob: while it is read, each file is compared with it, byte by byte.
///
/// Nothing that it says counts unless the blob hashes to its name.
final class BlobSource implements LayerSource {
  private final ScrubTarget target;
  private final Blob record;
  private final Reading reading;
  private final Differences differences;
  private final BlobContent content;
  private final LowerTrees below;
  private Optional<DiffId> diffId = Optional.empty();

  /// How a blob and the files are read.
  ///
  /// @param buffers other ones than those of the layer's directory
  /// @param onDisk whether to read from the disk even what is in memory
  record Reading(Buffers buffers, Pace pace, boolean onDisk) {

    BlobRecord open(Path root, Blob blob) throws IOException {
      return BlobRecord.open(blob, root, buffers, onDisk, (_, length) -> pace.read(length));
    }
  }

  BlobSource(
      ScrubTarget target,
      Blob record,
      Reading reading,
      Differences differences,
      boolean canSeeMarks) {
    this.target = target;
    this.record = record;
    this.reading = reading;
    this.differences = differences;
    this.content = new BlobContent(target.depth(), reading, differences, canSeeMarks);
    this.below = LayerScrubber.below(target, reading::buffers);
  }

  @Override
  public void read(EntryVisitor visitor) throws IOException {
    try (BlobRecord blob = reading.open(target.dataRoot(), record)) {
      content.begin(blob);
      blob.read(visitor);
      diffId = Optional.of(new DiffId(blob.tarDigest()));
    }
  }

  @Override
  public BlobContent content() {
    return content;
  }

  /// What differs from the tar of another layer says nothing: a manifest can name any blob.
  @Override
  public boolean findChanged(LayerTree tree) throws UnverifiableException {
    Optional<DiffId> other = diffId.filter(actual -> !actual.equals(target.diffId()));
    if (other.isEmpty()) {
      return content.hasPlaceholders();
    }
    if (target.depth() == Depth.SHAPE) {
      throw new UnverifiableException("its blob holds the tar of another layer");
    }
    differences.clear();
    differences.add(Fault.DIFF_ID, other.get().toString());
    return false;
  }

  @Override
  public Inheritance inheritance(PathTable paths) {
    return below::have;
  }

  @Override
  public void close() {
    below.close();
  }
}

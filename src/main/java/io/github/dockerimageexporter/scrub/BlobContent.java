package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.BlobSource.Reading;
import io.github.dockerimageexporter.scrub.record.BlobRecord;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerFile;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// The content of the files of a tar in a blob, compared with a layer's.
final class BlobContent implements LayerSource.Content {
  private final Depth depth;
  private final Reading reading;
  private final Differences differences;
  private final boolean canSeeMarks;
  private final byte[] expected = new byte[Buffers.CHUNK];
  private Optional<BlobRecord> blob = Optional.empty();
  private boolean isSame;
  private boolean hasPlaceholders;
  private long bytes;

  BlobContent(Depth depth, Reading reading, Differences differences, boolean canSeeMarks) {
    this.depth = depth;
    this.reading = reading;
    this.differences = differences;
    this.canSeeMarks = canSeeMarks;
  }

  /// Takes the content from `opened`, whose entries are to be told.
  void begin(BlobRecord opened) {
    blob = Optional.of(opened);
  }

  /// Whether a file differs that may hold metadata alone, of which this process does not see the
  /// mark.
  boolean hasPlaceholders() {
    return hasPlaceholders;
  }

  @Override
  public void segment(byte[] bytes, int offset, int length) {}

  @Override
  public void file(LayerTree tree, String path, long sizeBytes) throws IOException {
    if (depth == Depth.SHAPE) {
      return;
    }
    isSame = true;
    try (LayerFile file = tree.openFile(path, reading.onDisk())) {
      long read = file.read(sizeBytes, this::compare);
      bytes += read;
      if (isSame && read == sizeBytes) {
        return;
      }
      if (file.isWhole() || canSeeMarks) {
        differences.add(Fault.FILE_CHECKSUM, path);
      } else {
        hasPlaceholders = true;
      }
    }
  }

  private void compare(byte[] found, int length) throws IOException {
    blob.orElseThrow().readContent(expected, length);
    isSame = isSame && Arrays.equals(found, 0, length, expected, 0, length);
    reading.pace().read(length);
  }

  /// What is not asked for is passed over.
  @Override
  public void lose() {}

  @Override
  public long bytes() {
    return bytes;
  }
}

package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.scrub.record.Crc64;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.LayerTree.Found;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.io.IOException;

/// One more pass over a record whose tar is not the layer's, which finds the files that differ.
/// They are read from the disk: the first pass may have read what only the memory had wrong.
final class ChecksumPass implements EntryVisitor {
  private final LayerTree tree;
  private final ContentDigest content;
  private final Differences differences;
  private final boolean canSeeMarks;
  private boolean hasPlaceholders;

  ChecksumPass(
      LayerTree tree, ContentDigest content, Differences differences, boolean canSeeMarks) {
    this.tree = tree;
    this.content = content;
    this.differences = differences;
    this.canSeeMarks = canSeeMarks;
  }

  /// Whether a file differs that may hold metadata alone, of which this process does not see the
  /// mark.
  boolean hasPlaceholders() {
    return hasPlaceholders;
  }

  @Override
  public void segment(byte[] bytes, int offset, int length) {
    content.segment(bytes, offset, length);
  }

  @Override
  public void file(TarEntry entry, long crc64) throws IOException {
    if (entry.sizeBytes() == 0) {
      return;
    }
    String path = TarPath.clean(entry.path());
    if (tree.find(path) != Found.PRESENT
        || tree.status().kind() != FileKind.REGULAR
        || tree.status().sizeBytes() != entry.sizeBytes()) {
      content.lose();
      return;
    }
    var crc = new Crc64();
    boolean isWhole = content.file(tree, path, entry.sizeBytes(), true, crc::update);
    if (crc.value() == crc64) {
      return;
    }
    if (isWhole || canSeeMarks) {
      differences.add(Fault.FILE_CHECKSUM, path);
    } else {
      hasPlaceholders = true;
    }
  }
}

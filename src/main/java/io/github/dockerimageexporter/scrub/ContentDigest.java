package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.scrub.record.Sha256;
import io.github.dockerimageexporter.scrub.tree.LayerFile;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import java.io.IOException;
import java.util.Optional;

/// The digest of a layer's tar, put together from its record and its files.
///
/// Once a file is known not to be the tar's, the rest is not read: the whole has another digest.
final class ContentDigest implements LayerSource.Content {
  private final Depth depth;
  private final Pace pace;
  private final Sha256 sha256 = new Sha256();
  private boolean isLost;
  private long bytes;

  /// @param depth whether any content is wanted
  /// @param pace that of the reading
  ContentDigest(Depth depth, Pace pace) {
    this.depth = depth;
    this.pace = pace;
  }

  @Override
  public void segment(byte[] bytes, int offset, int length) {
    if (depth == Depth.CONTENT && !isLost) {
      sha256.update(bytes, offset, length);
    }
  }

  @Override
  public void file(LayerTree tree, String path, long sizeBytes) throws IOException {
    if (depth == Depth.CONTENT && !isLost) {
      file(tree, path, sizeBytes, false, (_, _) -> {});
    }
  }

  /// Adds the content of the file that was found last, and passes it on.
  ///
  /// @param onDisk whether to read the disk, whatever is in memory
  /// @return whether the file is more than a placeholder
  boolean file(LayerTree tree, String path, long sizeBytes, boolean onDisk, LayerFile.Sink further)
      throws IOException {
    try (LayerFile file = tree.openFile(path, onDisk)) {
      long read =
          file.read(
              sizeBytes,
              (content, length) -> {
                sha256.update(content, 0, length);
                further.accept(content, length);
                pace.read(length);
              });
      bytes += read;
      if (read < sizeBytes) {
        lose();
      }
      return file.isWhole();
    }
  }

  @Override
  public void lose() {
    isLost = true;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /// The digest; empty if a file of the tar is not there as it was. To be asked for once.
  Optional<DiffId> finish() {
    return isLost ? Optional.empty() : Optional.of(new DiffId(sha256.finish()));
  }
}

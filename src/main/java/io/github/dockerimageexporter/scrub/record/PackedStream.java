package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.scrub.tree.LayerFile;
import java.io.IOException;
import java.io.InputStream;

/// The bytes of a blob as they are on the disk, each of which is shown to somebody else as well.
///
/// Nothing is asked for behind them: the end of a file is seldom where a disk's block ends, and a
/// read of the disk that begins there fails with some file systems.
final class PackedStream extends InputStream {
  private final LayerFile file;
  private final long sizeBytes;
  private final LayerFile.Sink sink;
  private long position;
  private int next;
  private int end;
  private boolean ended;

  /// @param sizeBytes how many the file has
  PackedStream(LayerFile file, long sizeBytes, LayerFile.Sink sink) {
    this.file = file;
    this.sizeBytes = sizeBytes;
    this.sink = sink;
  }

  @Override
  public int read() throws IOException {
    return fill() ? file.chunk()[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, end - next);
    System.arraycopy(file.chunk(), next, target, offset, count);
    next += count;
    return count;
  }

  /// More than nothing as long as there is more: where a member of a gzip file ends, another one is
  /// only looked for then.
  @Override
  public int available() throws IOException {
    return fill() ? end - next : 0;
  }

  /// The first bytes of what was not read yet.
  byte[] peek(int most) throws IOException {
    int length = fill() ? Math.min(most, end - next) : 0;
    var bytes = new byte[length];
    System.arraycopy(file.chunk(), next, bytes, 0, length);
    return bytes;
  }

  /// Reads to the end.
  void drain() throws IOException {
    while (fill()) {
      next = end;
    }
  }

  /// Whether there is more.
  private boolean fill() throws IOException {
    if (next < end) {
      return true;
    }
    if (ended || position == sizeBytes) {
      return false;
    }
    int count = (int) Math.min(file.readChunk(position), sizeBytes - position);
    if (count == 0) {
      ended = true;
      return false;
    }
    position += count;
    next = 0;
    end = count;
    sink.accept(file.chunk(), count);
    return true;
  }
}

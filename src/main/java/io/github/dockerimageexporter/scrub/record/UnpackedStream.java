package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.zip.GZIPInputStream;

/// What a tar-split record or a blob unpacks to, up to more than any layer needs: a small file can
/// unpack to as much as somebody likes. It ends when its thread is to stop.
public final class UnpackedStream extends FilterInputStream {
  private static final int GZIP_BUFFER = 64 * 1024;

  /// A million files make about 800 MB.
  private static final long MAX_RECORD_BYTES = 16L << 30;

  /// Some hours of reading.
  private static final long MAX_BLOB_BYTES = 4L << 40;

  private final long maxBytes;
  private long remaining;

  UnpackedStream(InputStream unpacked, long maxBytes) {
    super(unpacked);
    this.maxBytes = maxBytes;
    this.remaining = maxBytes;
  }

  /// Opens a layer's record; what it holds is for [#ofRecord] to unpack.
  public static RegularFile open(TarSplitFile file) throws IOException {
    StorePath path = file.path();
    String object = path.object();
    int slash = object.lastIndexOf('/');
    try (Directory layer =
        RootDirectory.open(path.root(), path.list(), object.substring(0, slash))) {
      return layer.openFile(object.substring(slash + 1));
    }
  }

  public static InputStream ofRecord(RegularFile file) throws IOException {
    return new UnpackedStream(new GZIPInputStream(file.stream(), GZIP_BUFFER), MAX_RECORD_BYTES);
  }

  static InputStream ofBlob(InputStream unpacked) {
    return new UnpackedStream(unpacked, MAX_BLOB_BYTES);
  }

  /// @throws TooMuchException beyond the limit
  /// @throws InterruptedIOException if the thread is interrupted
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("stopped");
    }
    int count = super.read(target, offset, length);
    remaining -= Math.max(count, 0);
    if (remaining < 0) {
      throw new TooMuchException(maxBytes);
    }
    return count;
  }

  /// There is more than is read here.
  public static final class TooMuchException extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuchException(long maxBytes) {
      super("unpacks to more than %d bytes, the limit here".formatted(maxBytes));
    }
  }
}

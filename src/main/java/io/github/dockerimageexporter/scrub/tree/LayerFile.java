package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.posix.Kernel;
import java.io.IOException;
import java.io.InterruptedIOException;

/// An open file of a layer.
public final class LayerFile implements AutoCloseable {
  private final Buffers buffers;
  private final String path;
  private final int descriptor;
  private final boolean isWhole;
  private final boolean givesBack;

  /// Takes the bytes of a file as they are read.
  @FunctionalInterface
  public interface Sink {
    void accept(byte[] bytes, int length) throws IOException;
  }

  /// @param givesBack whether reading brings it to memory, where it was not
  LayerFile(Buffers buffers, String path, int descriptor, boolean isWhole, boolean givesBack) {
    this.buffers = buffers;
    this.path = path;
    this.descriptor = descriptor;
    this.isWhole = isWhole;
    this.givesBack = givesBack;
  }

  /// Whether blocks are allocated for all its bytes, so that it is not a mere placeholder.
  public boolean isWhole() {
    return isWhole;
  }

  /// Reads the bytes from `position` on to [#chunk], as many as fit there.
  ///
  /// @return how many there are; 0 at the end
  public int readChunk(long position) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("stopped");
    }
    int count = buffers.read(descriptor, position);
    if (count < 0) {
      throw Kernel.failure(count, path);
    }
    return count;
  }

  /// What was read last; it is overwritten by the next file that is read.
  public byte[] chunk() {
    return buffers.chunk();
  }

  /// Reads the first bytes.
  ///
  /// @return how many there are, at most `limit`
  public long read(long limit, Sink sink) throws IOException {
    long position = 0;
    while (position < limit) {
      int count = readChunk(position);
      if (count == 0) {
        break;
      }
      int taken = (int) Math.min(count, limit - position);
      sink.accept(buffers.chunk(), taken);
      position += taken;
    }
    return position;
  }

  int descriptor() {
    return descriptor;
  }

  @Override
  public void close() {
    if (givesBack) {
      buffers.kernel.giveBack(descriptor);
    }
    buffers.kernel.close(descriptor);
  }
}

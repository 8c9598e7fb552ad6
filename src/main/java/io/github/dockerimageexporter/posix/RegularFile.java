package io.github.dockerimageexporter.posix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/// An open regular file. Used by the thread that opened it.
public final class RegularFile implements AutoCloseable {
  private static final int CLOSED = -1;

  private final Directory parent;
  private final String name;
  private int descriptor;

  RegularFile(Directory parent, String name, int descriptor) {
    this.parent = parent;
    this.name = name;
    this.descriptor = descriptor;
  }

  /// Where it is, for messages.
  private String path() {
    return parent.pathOf(name);
  }

  /// The status of what is open, whatever has its name by now.
  public FileStatus status() throws IOException {
    var status = Scratch.ofThread().status;
    orThrow(status.fill(descriptor));
    return status.toStatus();
  }

  /// A number that stays whatever is written to the file, and that one in its place does not have.
  public long identity() throws IOException {
    var status = Scratch.ofThread().status;
    orThrow(status.fill(descriptor));
    return status.identity();
  }

  /// Reads bytes from `position` on to `target`: how many, zero at the end of the file.
  public int read(ByteBuffer target, long position) throws IOException {
    var scratch = Scratch.ofThread();
    int count = orThrow(scratch.readAt(descriptor, target.remaining(), position));
    target.put(target.position(), scratch.content, 0, count);
    target.position(target.position() + count);
    return count;
  }

  /// The bytes from the first to the last. Closing the stream does nothing.
  public InputStream stream() {
    return new Stream();
  }

  /// Reads to the end: less than asked for marks it, unless it comes before `size`, the length
  /// known beforehand.
  byte[] readAll(int size, int maxBytes) throws IOException {
    var scratch = Scratch.ofThread();
    var content = new byte[size];
    int length = 0;
    while (true) {
      int count = orThrow(scratch.read(descriptor));
      if (count > maxBytes - length) {
        throw new UnexpectedFileException(
            path(), "more than " + maxBytes + " bytes", "at most " + maxBytes);
      }
      if (count > content.length - length) {
        content = Arrays.copyOf(content, length + count);
      }
      scratch.content.get(0, content, length, count);
      length += count;
      if (count == 0 || (count < scratch.content.capacity() && length >= size)) {
        return length == content.length ? content : Arrays.copyOf(content, length);
      }
    }
  }

  private int orThrow(int result) throws IOException {
    if (result < 0) {
      throw Kernel.failure(result, path());
    }
    return result;
  }

  @Override
  public void close() {
    if (descriptor != CLOSED) {
      Kernel.ofThread().close(descriptor);
      descriptor = CLOSED;
    }
  }

  private final class Stream extends InputStream {
    private long position;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      int count = RegularFile.this.read(ByteBuffer.wrap(target, offset, length), position);
      position += count;
      return count == 0 ? -1 : count;
    }
  }
}

package io.github.dockerimageexporter.exporter.answer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Bytes written once and read often, in chunks: no array is ever copied to grow. [HeldBytes] makes
/// them and counts what they take.
public final class ByteChunks extends OutputStream {
  private static final int CHUNK_SIZE = 64 * 1024;

  private final HeldBytes.Share share;
  private final List<byte[]> chunks = new ArrayList<>();
  private int free;
  private long size;

  ByteChunks(HeldBytes.Share share) {
    this.share = share;
  }

  public long size() {
    return size;
  }

  /// Keeps them no longer than those who are reading them now.
  public void drop() {
    share.drop();
  }

  /// Runs `body` as a reader of these bytes, who may be cut off: writing to `out` then fails.
  public void read(OutputStream out, HttpAnswer.Body body) throws IOException {
    share.read(out, body);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int written = 0;
    while (written < length) {
      if (free == 0) {
        share.grow(CHUNK_SIZE);
        chunks.add(new byte[CHUNK_SIZE]);
        free = CHUNK_SIZE;
      }
      int part = Math.min(free, length - written);
      System.arraycopy(bytes, offset + written, chunks.getLast(), CHUNK_SIZE - free, part);
      free -= part;
      written += part;
    }
    size += length;
  }

  public void writeTo(OutputStream out) throws IOException {
    long left = size;
    for (byte[] chunk : chunks) {
      int part = (int) Math.min(left, chunk.length);
      out.write(chunk, 0, part);
      left -= part;
    }
  }

  /// What is written so far, to be read.
  InputStream asStream() {
    long left = size;
    var streams = new ArrayList<InputStream>(chunks.size());
    for (byte[] chunk : chunks) {
      int part = (int) Math.min(left, chunk.length);
      streams.add(new ByteArrayInputStream(chunk, 0, part));
      left -= part;
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }
}

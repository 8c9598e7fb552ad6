package io.github.dockerimageexporter.exporter.answer;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Makes parts of texts: each for itself, so that it can stand in every text.
public sealed interface PartEncoder extends AutoCloseable {

  static PartEncoder of(ContentEncoding encoding) {
    return switch (encoding) {
      case IDENTITY -> new Plain();
      case GZIP -> new Compressed();
    };
  }

  /// The part of which the text is the first `length` bytes of `text`.
  TextPart encode(byte[] text, int length);

  @Override
  void close();

  /// Leaves the text as it is.
  record Plain() implements PartEncoder {
    @Override
    public TextPart encode(byte[] text, int length) {
      return new TextPart(Arrays.copyOf(text, length), length, 0);
    }

    @Override
    public void close() {}
  }

  /// Makes deflate blocks of which the last ends with a byte, and that refer to nothing before
  /// them.
  final class Compressed implements PartEncoder {
    private static final int LEAST_BUFFER = 8192;

    private final Deflater deflater = new Deflater(GzipMember.LEVEL, true);
    private byte[] buffer = new byte[LEAST_BUFFER];

    @Override
    public TextPart encode(byte[] text, int length) {
      deflater.reset();
      deflater.setInput(text, 0, length);
      int size = deflate(0);
      while (size == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * size);
        size += deflate(size);
      }
      var crc = new CRC32();
      crc.update(text, 0, length);
      return new TextPart(Arrays.copyOf(buffer, size), length, (int) crc.getValue());
    }

    private int deflate(int start) {
      return deflater.deflate(buffer, start, buffer.length - start, Deflater.SYNC_FLUSH);
    }

    @Override
    public void close() {
      deflater.end();
    }
  }
}

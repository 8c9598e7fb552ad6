package io.github.dockerimageexporter.exporter.answer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/// The state of a gzip member that is begun once and ended often, each time with another text.
///
/// ```text
/// header | deflate blocks, up to a byte boundary | last deflate blocks | CRC-32 | length
/// -------- begun once --------------------------- ----------- each end -----------------
/// ```
///
/// A member, not two: some readers stop behind the first.
///
/// Source: RFC 1951 (deflate), RFC 1952 (gzip).
///
/// @param textLength the length of the text that was put in
/// @param checksum the CRC-32 of that text
public record GzipMember(long textLength, int checksum) {
  /// Magic, deflate, no flags, no time, fastest, unknown system.
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 0xff};

  private static final int TRAILER_LENGTH = 8;
  private static final int BUFFER_SIZE = 8192;

  /// Digests hardly compress, so more effort than the least buys next to nothing.
  static final int LEVEL = Deflater.BEST_SPEED;

  /// What stands before its text.
  static TextPart header() {
    return new TextPart(HEADER, 0, 0);
  }

  /// The member with one part more.
  GzipMember with(TextPart part) {
    return new GzipMember(
        textLength + part.textLength(),
        Crc32.concatenate(checksum, part.checksum(), part.textLength()));
  }

  /// The end of the member, with `text` in it.
  public byte[] endWith(byte[] text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var deflater = new Deflater(LEVEL, true);
        var out = new DeflaterOutputStream(bytes, deflater, BUFFER_SIZE)) {
      out.write(text);
    }
    var crc = new CRC32();
    crc.update(text);
    var trailer = ByteBuffer.allocate(TRAILER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    trailer.putInt(Crc32.concatenate(checksum, (int) crc.getValue(), text.length));
    trailer.putInt((int) (textLength + text.length));
    bytes.write(trailer.array());
    return bytes.toByteArray();
  }

  /// Takes the text with which every member begins.
  public static final class Beginning extends OutputStream {
    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 crc = new CRC32();
    private final DeflaterOutputStream out;

    public Beginning(OutputStream bytes) throws IOException {
      bytes.write(HEADER);
      this.out = new DeflaterOutputStream(bytes, deflater, BUFFER_SIZE, true);
    }

    /// Ends the text; what is written until then is complete to the byte.
    public GzipMember member() throws IOException {
      out.flush();
      return new GzipMember(deflater.getBytesRead(), (int) crc.getValue());
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] text, int offset, int length) throws IOException {
      out.write(text, offset, length);
      crc.update(text, offset, length);
    }

    @Override
    public void close() {
      deflater.end();
    }
  }
}

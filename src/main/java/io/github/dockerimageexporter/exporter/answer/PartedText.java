package io.github.dockerimageexporter.exporter.answer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// A text that is made of parts, left open so that the text of others can follow. [HeldBytes] makes
/// it and counts what its parts take, each once.
public final class PartedText {
  /// What is sent at once, of parts that are small.
  private static final int BUFFER_SIZE = 32 * 1024;

  private final HeldBytes.Share share;
  private final List<TextPart> parts;
  private final ContentEncoding encoding;
  private final long size;
  private final GzipMember member;

  PartedText(HeldBytes.Share share, List<TextPart> parts, ContentEncoding encoding) {
    long sum = 0;
    var member = new GzipMember(0, 0);
    for (TextPart part : parts) {
      sum += part.bytes().length;
      member = member.with(part);
    }
    this.share = share;
    this.parts = parts;
    this.encoding = encoding;
    this.size = sum;
    this.member = member;
  }

  public long size() {
    return size;
  }

  /// The bytes that follow when the text ends with `text`.
  public byte[] endWith(byte[] text) throws IOException {
    return switch (encoding) {
      case IDENTITY -> text;
      case GZIP -> member.endWith(text);
    };
  }

  /// Keeps it no longer than those who are reading it now.
  public void drop() {
    share.drop();
  }

  /// Runs `body` as a reader of this text, who may be cut off: writing to `out` then fails.
  public void read(OutputStream out, HttpAnswer.Body body) throws IOException {
    share.read(out, body);
  }

  /// Writes it, followed by `end`.
  public void writeTo(OutputStream out, byte[] end) throws IOException {
    var buffered = new BufferedOutputStream(out, BUFFER_SIZE);
    for (TextPart part : parts) {
      buffered.write(part.bytes());
    }
    buffered.write(end);
    buffered.flush();
  }
}

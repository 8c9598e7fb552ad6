package io.github.dockerimageexporter.exporter.answer;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// A text that was rendered once, kept as a gzip member alone: even digests take half the memory
/// so. Who does not accept gzip gets it inflated on its way out.
///
/// @param textLength the length of the text itself
public record GzippedText(ByteChunks member, long textLength) {
  private static final byte[] NOTHING_MORE = {};

  public static GzippedText of(HeldBytes held, HttpAnswer.Body text) throws IOException {
    return held.make(bytes -> of(bytes, text));
  }

  private static GzippedText of(ByteChunks bytes, HttpAnswer.Body text) throws IOException {
    try (var out = new GzipMember.Beginning(bytes)) {
      text.writeTo(out);
      GzipMember member = out.member();
      bytes.write(member.endWith(NOTHING_MORE));
      return new GzippedText(bytes, member.textLength());
    }
  }

  /// Keeps it no longer than those who are reading it now.
  public void drop() {
    member.drop();
  }

  /// Answers with it, in an encoding that the client accepts.
  public void answer(HttpExchange exchange, String contentType) throws IOException {
    exchange.getResponseHeaders().add("Vary", "Accept-Encoding");
    List<String> accepted = exchange.getRequestHeaders().getOrDefault("Accept-Encoding", List.of());
    switch (Negotiation.encoding(accepted)) {
      case GZIP -> {
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        HttpAnswer.bytes(exchange, 200, contentType, member.size(), read(member::writeTo));
      }
      case IDENTITY ->
          HttpAnswer.bytes(exchange, 200, contentType, textLength, read(this::inflateTo));
    }
  }

  private HttpAnswer.Body read(HttpAnswer.Body body) {
    return out -> member.read(out, body);
  }

  private void inflateTo(OutputStream out) throws IOException {
    try (InputStream text = new GZIPInputStream(member.asStream())) {
      text.transferTo(out);
    }
  }
}

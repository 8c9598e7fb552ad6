package io.github.dockerimageexporter.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// An engine's HTTP API, asked over its socket.
final class EngineApi {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String END_OF_HEADERS = "\r\n\r\n";

  private EngineApi() {}

  /// The answer to a GET of `path`.
  ///
  /// @throws IOException if the status is not 200; the answer is quoted
  static JsonNode get(Path socket, String path) throws IOException {
    // To HTTP/1.0 the engine answers without chunks, and ends the answer by closing.
    String answer = exchange(socket, "GET " + path + " HTTP/1.0\r\nHost: engine" + END_OF_HEADERS);
    if (!answer.startsWith("HTTP/1.0 200 ")) {
      throw new IOException(path + ": expected status 200, found " + answer);
    }
    return JSON.readTree(
        answer.substring(answer.indexOf(END_OF_HEADERS) + END_OF_HEADERS.length()));
  }

  private static String exchange(Path socket, String request) throws IOException {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(request);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

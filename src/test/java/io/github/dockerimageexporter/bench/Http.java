package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/// Requests whose answer is read and thrown away.
final class Http {
  private Http() {}

  /// The length of the answer's body, as it was sent.
  static long get(URI uri, String accept, String encoding) throws IOException {
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestProperty("Accept", accept);
    connection.setRequestProperty("Accept-Encoding", encoding);
    var buffer = new byte[1 << 16];
    long length = 0;
    try (var in = connection.getInputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        length += count;
      }
    }
    return length;
  }
}

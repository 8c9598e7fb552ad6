package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/// Requests, whose answers do not keep the benchmark waiting for ever.
final class Http {
  private Http() {}

  /// Reads the answer, and returns the length of its body as it was sent.
  static long get(URI uri, String accept, String encoding) throws IOException {
    var connection = open(uri);
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

  /// A request that fails if its answer does not come within [Wait#LIMIT].
  static HttpURLConnection open(URI uri) throws IOException {
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout((int) Wait.LIMIT.toMillis());
    connection.setReadTimeout((int) Wait.LIMIT.toMillis());
    return connection;
  }
}

package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/// An nginx that serves the files of one directory.
record Nginx(Process process, int port) implements AutoCloseable {
  private static final long POLL_MILLIS = 20;

  static Nginx serve(Path directory) throws IOException, InterruptedException {
    int port = freePort();
    Path config = Files.writeString(directory.resolve("nginx.conf"), config(directory, port));
    Process process =
        new ProcessBuilder("nginx", "-e", "stderr", "-c", config.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Wait.until("nginx listens", Wait.LIMIT, POLL_MILLIS, () -> listens(process, port));
    return new Nginx(process, port);
  }

  private static int freePort() throws IOException {
    try (var free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private static boolean listens(Process process, int port) throws IOException {
    if (!process.isAlive()) {
      throw new IOException("nginx: exit status " + process.exitValue());
    }
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static String config(Path directory, int port) {
    return """
    daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr;
    events {}
    http {
      access_log off; sendfile on; tcp_nopush on;
      client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fcgi;
      uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
      server { listen 127.0.0.1:%2$d; root %1$s; }
    }
    """
        .formatted(directory, port);
  }

  URI uri(String name) {
    return URI.create("http://127.0.0.1:" + port + "/" + name);
  }

  @Override
  public void close() {
    Wait.untilEnded(process.toHandle());
  }
}

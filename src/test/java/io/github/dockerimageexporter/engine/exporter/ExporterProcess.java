package io.github.dockerimageexporter.engine.exporter;

import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The packaged exporter as its users run it: the distribution's launcher, listening on a
/// free port.
///
/// The distribution's directory is the system property `distribution`.
public final class ExporterProcess implements AutoCloseable {
  /// 128 + 15, as systemd and shells expect it.
  private static final int STATUS_AFTER_SIGTERM = 143;

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final Daemon exporter;

  private ExporterProcess(int port, Daemon exporter) {
    this.port = port;
    this.exporter = exporter;
    Runtime.getRuntime().addShutdownHook(new Thread(exporter::kill, "kill exporter"));
  }

  /// Starts the exporter and waits until it says that it is ready.
  ///
  /// @param log a file that receives what it prints
  /// @param arguments flags beside `--web.listen-address`
  public static ExporterProcess start(Path log, String... arguments) throws IOException {
    return start(log, List.of(launcher().toString()), arguments);
  }

  /// The same by another command than the launcher alone.
  ///
  /// @param launch ends with a launcher, or the command it is to run
  public static ExporterProcess start(Path log, List<String> launch, String... arguments)
      throws IOException {
    int port = Ports.free();
    var command = new ArrayList<String>(launch);
    command.add("--web.listen-address=127.0.0.1:" + port);
    command.addAll(List.of(arguments));
    var process = new ExporterProcess(port, Daemon.start(log, command));
    process.exporter.awaitReady(() -> process.get("/-/ready").statusCode() == 200);
    return process;
  }

  /// The launcher of the distribution under test.
  public static Path launcher() {
    String distribution =
        Optional.ofNullable(System.getProperty("distribution"))
            .orElseThrow(() -> new IllegalStateException("system property distribution not set"));
    Path launcher = Path.of(distribution, "bin/docker-image-exporter");
    if (!Files.isExecutable(launcher)) {
      throw new IllegalStateException(launcher + ": not there; mvn package makes it");
    }
    return launcher;
  }

  /// The text the exporter answers with at `path`, such as `/metrics`.
  ///
  /// @throws IOException if the status is not 200
  public String scrape(String path) throws IOException, InterruptedException {
    Response response = get(path);
    if (response.statusCode() != 200) {
      throw new IOException(
          "%s: status %d, expected 200: %s"
              .formatted(path, response.statusCode(), response.body()));
    }
    return response.body();
  }

  /// The series of `/metrics`.
  public Scrape metrics() throws IOException, InterruptedException {
    return Scrape.parse(scrape("/metrics"));
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  public int port() {
    return port;
  }

  /// The process, for a test that measures or signals it.
  public ProcessHandle handle() {
    return exporter.handle();
  }

  /// What the kernel says of the process's memory, such as `VmRSS` or `VmHWM`, the most of it so
  /// far.
  public long memoryKib(String name) throws IOException {
    Path status = Path.of("/proc", Long.toString(handle().pid()), "status");
    return Pattern.compile("(?m)^" + name + ":\\s+([0-9]+) kB$")
        .matcher(Files.readString(status))
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .findFirst()
        .orElseThrow(() -> new IOException(status + ": no " + name));
  }

  public String log() throws IOException {
    return exporter.log();
  }

  /// Ends the exporter with SIGTERM.
  @Override
  public void close() throws IOException {
    int status = exporter.terminate();
    if (status != STATUS_AFTER_SIGTERM) {
      throw new IllegalStateException(
          "exporter ended with status %d, expected %d:%n%s"
              .formatted(status, STATUS_AFTER_SIGTERM, exporter.log()));
    }
  }

  private Response get(String path) throws IOException, InterruptedException {
    var response = client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    return new Response(response.statusCode(), response.body());
  }

  private record Response(int statusCode, String body) {}
}

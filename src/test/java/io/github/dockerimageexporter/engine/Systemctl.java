package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A directory for `PATH` whose `systemctl` stops and starts a test's own engine, and whose
/// `docker` and `ctr` are that engine's, so that commands written for a host can be run as they
/// are.
///
/// `systemctl` hands its arguments over through a named pipe, and waits for the answer in another.
public final class Systemctl implements AutoCloseable {
  private static final String QUIT = "quit";

  private final DockerEngine engine;
  private final Path directory;
  private final Thread server = new Thread(this::serve, "systemctl");

  private Systemctl(DockerEngine engine, Path directory) {
    this.engine = engine;
    this.directory = directory;
  }

  public static Systemctl start(DockerEngine engine) throws IOException, InterruptedException {
    Path directory = Files.createDirectory(engine.directory().resolve("systemctl"));
    var systemctl = new Systemctl(engine, directory);
    Program.of("mkfifo", systemctl.request().toString(), systemctl.answer().toString()).run();
    systemctl.program(
        "systemctl",
        """
        #!/bin/sh
        printf '%%s' "$*" >'%s'
        read -r status <'%s'
        exit "$status"
        """
            .formatted(systemctl.request(), systemctl.answer()));
    systemctl.program("docker", "#!/bin/sh\nexec " + engine.dockerCommand() + " \"$@\"\n");
    systemctl.program("ctr", "#!/bin/sh\nexec " + engine.ctrCommand() + " \"$@\"\n");
    systemctl.server.start();
    return systemctl;
  }

  /// What belongs in front of `PATH`.
  public Path directory() {
    return directory;
  }

  /// Adds a program.
  public void program(String name, String script) throws IOException {
    Path file = Files.writeString(directory.resolve(name), script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Override
  public void close() throws IOException {
    if (server.isAlive()) {
      Files.writeString(request(), QUIT);
    }
  }

  private void serve() {
    try {
      for (String asked = read(); !asked.equals(QUIT); asked = read()) {
        Files.writeString(answer(), act(asked) + "\n");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String read() throws IOException {
    return Files.readString(request());
  }

  private int act(String asked) throws IOException {
    switch (asked) {
      case "stop docker.socket docker.service" -> {
        if (engine.isRunning()) {
          engine.stop();
        }
      }
      case "start docker.service" -> engine.restart();
      default -> {
        return 1;
      }
    }
    return 0;
  }

  private Path request() {
    return directory.resolve("request");
  }

  private Path answer() {
    return directory.resolve("answer");
  }
}

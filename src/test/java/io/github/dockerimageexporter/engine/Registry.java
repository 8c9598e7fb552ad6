package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Ports;
import io.github.dockerimageexporter.engine.machine.Requirement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A real image registry of the test's own, on the loopback address.
public final class Registry implements AutoCloseable {
  /// Who may use one that asks for a login.
  public static final String USER = "user";

  public static final String PASSWORD = "secret";

  private static final String PASSWORD_HASH =
      "$2b$04$xvPIQO9qFhNjPu4d5KAE5u/xCho29Yc72aujRhY8EF4tZvzIy.8Yi";

  private final Path directory;
  private final String host;
  private final int port;
  private final Daemon registry;

  private Registry(Path directory, String host, int port, boolean asksForLogin) throws IOException {
    this.directory = directory;
    this.host = host;
    this.port = port;
    Path configuration = directory.resolve("config.yml");
    Files.writeString(
        configuration,
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:%d
        """
            .formatted(directory.resolve("storage"), port));
    if (asksForLogin) {
      Path users = Files.writeString(directory.resolve("htpasswd"), USER + ":" + PASSWORD_HASH);
      Files.writeString(
          configuration,
          "auth: {htpasswd: {realm: test, path: %s}}%n".formatted(users),
          StandardOpenOption.APPEND);
    }
    registry =
        Daemon.start(
            directory.resolve("registry.log"),
            List.of(Requirement.REGISTRY.file().toString(), "serve", configuration.toString()));
    Runtime.getRuntime().addShutdownHook(new Thread(registry::kill, "kill registry"));
  }

  /// Starts an empty registry below `directory`, and waits until it accepts connections.
  public static Registry start(Path directory) throws IOException {
    return start(directory, Host.PLAIN);
  }

  /// The same for an engine on a kind of host.
  public static Registry start(Path directory, Host host) throws IOException {
    return start(directory, host.loopback(), false);
  }

  /// The same, of one that answers only to [#USER].
  public static Registry startWithLogin(Path directory) throws IOException {
    return start(directory, Host.PLAIN.loopback(), true);
  }

  private static Registry start(Path directory, String host, boolean asksForLogin)
      throws IOException {
    Files.createDirectories(directory);
    var registry = new Registry(directory, host, Ports.free(), asksForLogin);
    registry.registry.awaitReady(registry::accepts);
    return registry;
  }

  /// What stands before the slash of an image's name: host and port.
  public String address() {
    return host + ":" + port;
  }

  /// Where the registry keeps its blobs.
  public Path storage() {
    return directory.resolve("storage");
  }

  @Override
  public void close() {
    registry.kill();
  }

  private boolean accepts() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }
}

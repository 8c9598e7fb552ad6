package io.github.dockerimageexporter.engine;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Mounts;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A Docker engine of the test's own: a real dockerd without a network, all of whose
/// files lie below one temporary directory.
///
/// | below the directory | what                                              |
/// |---------------------|---------------------------------------------------|
/// | `root`              | the data root                                     |
/// | `exec`              | state of running containers, and of containerd    |
/// | `dockerd.log`       | what every dockerd of this engine printed         |
///
/// No other engine of the machine is touched: neither its socket, its containers nor its
/// configuration in `/etc/docker`.
public final class DockerEngine implements AutoCloseable {
  private static final Path CLI = Path.of("/usr/bin/docker");

  private final Path directory;
  private String storageDriver;
  private final Thread closer = new Thread(this::closeAtExit, "close engine");
  private Daemon dockerd;
  private boolean closed;

  private DockerEngine(Path directory, String storageDriver) throws IOException {
    this.directory = directory;
    this.storageDriver = storageDriver;
    Files.writeString(configuration(), "{}");
    dockerd = startDockerd();
    Runtime.getRuntime().addShutdownHook(closer);
  }

  /// Starts an engine with an empty data root.
  ///
  /// @param storageDriver as dockerd calls it: `overlay2`, `vfs`
  public static DockerEngine start(String storageDriver) throws IOException, InterruptedException {
    // Sockets below it are limited to 107 characters.
    Path directory = Files.createTempDirectory("engine");
    var engine = new DockerEngine(directory, storageDriver);
    try {
      engine.awaitReady();
    } catch (IllegalStateException failure) {
      engine.close();
      throw failure;
    }
    return engine;
  }

  public Path dataRoot() {
    return directory.resolve("root");
  }

  /// A directory that lives as long as the engine, for a test's own files.
  public Path directory() {
    return directory;
  }

  public boolean isRunning() {
    return dockerd.isRunning();
  }

  /// Runs the Docker CLI against this engine and returns what it prints.
  public String docker(String... arguments) throws IOException, InterruptedException {
    return docker(Map.of(), List.of(arguments));
  }

  /// What the engine answers to a GET of its API: `/images/json`.
  public JsonNode api(String path) throws IOException {
    return EngineApi.get(socket(), path);
  }

  String docker(Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of(CLI.toString(), "--config", directory + "/client", "--host", address()),
                arguments.stream())
            .toList();
    return new Program(environment, command).run();
  }

  /// Stops dockerd as an administrator would: containers end, the layer store is tidied.
  public void stop() throws IOException {
    int status = dockerd.terminate();
    if (status != 0) {
      throw new IllegalStateException(
          "dockerd ended with status " + status + ", expected 0:\n" + dockerd.log());
    }
    awaitEndOfContainerd();
  }

  /// Kills dockerd as a crash would. Its containers go on running until the next start, which ends
  /// them.
  public void kill() throws IOException {
    dockerd.kill();
    awaitEndOfContainerd();
    // Where process 1 does not collect the dead, the next start would take them for running.
    Files.deleteIfExists(directory.resolve("docker.pid"));
    Files.deleteIfExists(directory.resolve("exec/containerd/containerd.pid"));
  }

  /// Starts dockerd again, on the same data root.
  public void restart() throws IOException {
    dockerd = startDockerd();
    awaitReady();
  }

  /// Starts dockerd again, on the same data root with another storage driver.
  public void restart(String otherDriver) throws IOException {
    storageDriver = otherDriver;
    restart();
  }

  /// All processes of this engine, its containers' included.
  public List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(directory + "/exec"))
        .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process)))
        .distinct()
        .toList();
  }

  /// The mount points this engine has left or is using.
  public List<Path> mounts() throws IOException {
    return Mounts.below(directory);
  }

  /// Stops the engine and removes every trace of it, data root included.
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (Thread.currentThread() != closer) {
      Runtime.getRuntime().removeShutdownHook(closer);
    }
    dockerd.terminate();
    for (ProcessHandle process : processes()) {
      process.destroyForcibly();
    }
    await("end of the engine's processes").until(() -> processes().isEmpty());
    removeDirectory();
  }

  private void removeDirectory() throws IOException {
    try {
      Mounts.unmountBelow(directory);
      Program.of("rm", "--recursive", "--force", "--one-file-system", directory.toString()).run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Daemon startDockerd() throws IOException {
    return Daemon.start(
        directory.resolve("dockerd.log"),
        List.of(
            Requirement.ENGINE.file().toString(),
            "--config-file=" + configuration(),
            "--data-root=" + dataRoot(),
            "--exec-root=" + directory + "/exec",
            "--pidfile=" + directory + "/docker.pid",
            "--host=" + address(),
            "--storage-driver=" + storageDriver,
            "--insecure-registry=127.0.0.0/8",
            "--bridge=none",
            "--iptables=false",
            "--ip6tables=false",
            "--log-level=warn",
            "--shutdown-timeout=2"));
  }

  private void awaitReady() throws IOException {
    dockerd.awaitReady(() -> !docker("version", "--format", "{{.Server.Version}}").isEmpty());
  }

  /// containerd is told to end when dockerd does, which takes a moment.
  private void awaitEndOfContainerd() {
    await("end of containerd")
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> processes().stream().noneMatch(DockerEngine::isContainerd));
  }

  private static boolean isContainerd(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/containerd");
  }

  private Path configuration() {
    return directory.resolve("daemon.json");
  }

  private String address() {
    return "unix://" + socket();
  }

  private Path socket() {
    return directory.resolve("docker.sock");
  }

  private void closeAtExit() {
    try {
      close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

package io.github.dockerimageexporter.engine;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.engine.debian.Chroot;
import io.github.dockerimageexporter.engine.debian.DebianRoot;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Disk;
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
import java.util.Optional;
import java.util.stream.Stream;

/// A Docker engine of the test's own: a real dockerd without a network, all of whose
/// files lie below one temporary directory.
///
/// | below the directory | what                                                |
/// |---------------------|-----------------------------------------------------|
/// | `root`              | the data root, on most hosts                        |
/// | `containerd`        | the root of a separate containerd, on most hosts    |
/// | `disk`, `disk.image` | a file system with the data root, and its disk     |
/// | `exec`              | state of running containers, and of containerd      |
/// | `dockerd.log`       | what every dockerd of this engine printed           |
/// | `containerd.log`    | what every separate containerd of it printed        |
/// | `debian`            | the [Chroot] of an engine that is not the machine's |
///
/// No other engine of the machine is touched: neither its socket, its containers nor its
/// configuration in `/etc/docker`.
public final class DockerEngine implements AutoCloseable {
  private final EngineCommands commands;
  private final String containerdSettings;
  private final Thread closer = new Thread(this::closeAtExit, "close engine");
  private ImageStore store;
  private Optional<Daemon> containerd = Optional.empty();
  private Optional<Daemon> dockerd = Optional.empty();
  private boolean closed;

  private DockerEngine(EngineCommands commands, ImageStore store, String containerdSettings) {
    this.commands = commands;
    this.containerdSettings = containerdSettings;
    this.store = store;
    Runtime.getRuntime().addShutdownHook(closer);
  }

  /// Starts the machine's own engine with an empty data root.
  ///
  /// @param storageDriver as dockerd calls it: `overlay2`, `vfs`
  public static DockerEngine start(String storageDriver) throws IOException, InterruptedException {
    return start(new EngineKind(EngineKind.Origin.MACHINE, ImageStore.ofDriver(storageDriver)));
  }

  /// Starts an engine with an empty data root. Where the machine lacks what that takes, the test is
  /// skipped.
  public static DockerEngine start(EngineKind kind) throws IOException, InterruptedException {
    return start(kind, "");
  }

  /// The same with a separate containerd that has further settings, as tables of TOML.
  public static DockerEngine start(EngineKind kind, String containerdSettings)
      throws IOException, InterruptedException {
    Optional<DebianRoot> debian = kind.debian();
    if (debian.isPresent()) {
      Requirement.assumeMet(Requirement.DEBOOTSTRAP);
    }
    // Sockets below it are limited to 107 characters.
    Path directory = Files.createTempDirectory("engine");
    EngineCommands commands =
        debian.isPresent()
            ? EngineCommands.of(directory, kind.host(), Chroot.make(debian.get(), directory))
            : EngineCommands.ofMachine(directory, kind.host());
    var engine = new DockerEngine(commands, kind.store(), containerdSettings);
    try {
      commands.prepareHost();
      engine.restart();
      EngineNotes.started(kind, engine);
    } catch (IllegalStateException failure) {
      engine.close();
      throw failure;
    }
    return engine;
  }

  public Path dataRoot() {
    return commands.dataRoot();
  }

  /// Where containerd keeps images, if it does.
  public Path containerdRoot() {
    return store == ImageStore.SEPARATE_CONTAINERD
        ? commands.containerdRoot()
        : dataRoot().resolve("containerd/daemon");
  }

  /// A directory that lives as long as the engine, for a test's own files. It has the same path for
  /// the engine and its programs, which may not see any other.
  public Path directory() {
    return commands.directory();
  }

  public boolean isRunning() {
    return dockerd.filter(Daemon::isRunning).isPresent();
  }

  /// The disk that its data root is on, if its host has one for it.
  public Disk disk() {
    return commands.disk();
  }

  /// What it runs on.
  public Host host() {
    return commands.host();
  }

  /// The release of Docker: 28 of `28.5.2`.
  public int majorVersion() throws IOException, InterruptedException {
    String version = docker("version", "--format", "{{.Server.Version}}");
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }

  /// Runs the engine's own Docker CLI against it and returns what it prints.
  public String docker(String... arguments) throws IOException, InterruptedException {
    return docker(Map.of(), List.of(arguments));
  }

  /// How a shell script runs the engine's own Docker CLI against it.
  public String dockerCommand() {
    return String.join(" ", commands.docker(List.of()));
  }

  /// How a shell script runs containerd's own CLI, with the address of any containerd.
  public String ctrCommand() {
    return String.join(" ", commands.ctr(List.of()));
  }

  /// Where the engine's containerd answers.
  public Path containerdSocket() {
    return commands.containerdSocket(store);
  }

  String docker(Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    return new Program(environment, commands.docker(arguments)).run();
  }

  /// Runs containerd's own CLI against the engine's containerd and returns what it prints.
  public String ctr(String... arguments) throws IOException, InterruptedException {
    return new Program(Map.of(), commands.ctr(store, List.of(arguments))).run();
  }

  /// What the engine answers to a GET of its API: `/images/json`.
  public JsonNode api(String path) throws IOException {
    return EngineApi.get(commands.socket(), path);
  }

  /// Stops the engine as an administrator would: containers end, the layer store is tidied.
  public void stop() throws IOException {
    if (dockerd.isPresent()) {
      int status = dockerd.get().terminate();
      if (status != 0) {
        throw new IllegalStateException(
            "dockerd ended with status " + status + ", expected 0:\n" + dockerd.get().log());
      }
    }
    if (containerd.isPresent()) {
      containerd.get().terminate();
    }
    awaitEndOfContainerd();
  }

  /// Kills dockerd and containerd as a crash would. Containers go on running until the next start,
  /// which ends them.
  public void kill() throws IOException {
    dockerd.ifPresent(Daemon::kill);
    containerd.ifPresent(Daemon::kill);
    awaitEndOfContainerd();
    forgetTheDead();
  }

  /// Kills dockerd. A containerd of its own ends with it, a separate one goes on.
  public void killDockerd() throws IOException {
    dockerd.ifPresent(Daemon::kill);
    if (containerd.isEmpty()) {
      awaitEndOfContainerd();
    }
    forgetTheDead();
  }

  /// Kills containerd beneath a dockerd that runs.
  public void killContainerd() {
    processes().stream().filter(DockerEngine::isContainerd).forEach(this::killAndAwait);
  }

  /// Waits for the next containerd after one that was killed: dockerd starts its own again, as
  /// systemd does a separate one.
  public void restartContainerd() throws IOException {
    if (store == ImageStore.SEPARATE_CONTAINERD) {
      startContainerd();
    }
    await("answer of the next containerd")
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> !ctr("version").isEmpty() && docker("images", "--quiet") != null);
  }

  /// Where process 1 does not collect the dead, the next start would take them for running.
  private void forgetTheDead() throws IOException {
    Files.deleteIfExists(directory().resolve("docker.pid"));
    Files.deleteIfExists(commands.exec().resolve("containerd/containerd.pid"));
  }

  private void killAndAwait(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  /// What tells an exporter where the images are.
  public List<String> exporterFlags() {
    return store == ImageStore.SEPARATE_CONTAINERD
        ? List.of("--docker.root=" + dataRoot(), "--containerd.root=" + containerdRoot())
        : List.of("--docker.root=" + dataRoot());
  }

  /// Starts dockerd again, and what else does not run of the engine, on the same data root.
  public void restart() throws IOException {
    if (store == ImageStore.SEPARATE_CONTAINERD && containerd.filter(Daemon::isRunning).isEmpty()) {
      startContainerd();
    }
    Files.writeString(
        commands.dockerdConfigurationFile(), EngineCommands.dockerdConfiguration(store));
    Daemon daemon = Daemon.start(directory().resolve("dockerd.log"), commands.dockerd(store));
    dockerd = Optional.of(daemon);
    daemon.awaitReady(() -> !docker("version", "--format", "{{.Server.Version}}").isEmpty());
  }

  /// Starts the engine again, on the same data root, to keep images in another store.
  public void restart(ImageStore other) throws IOException {
    store = other;
    restart();
  }

  /// All processes of this engine, its containers' included.
  public List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> isOfThis(process.info().commandLine().orElse("")))
        .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process)))
        .distinct()
        .toList();
  }

  /// The mount points this engine has left or is using.
  public List<Path> mounts() throws IOException {
    return Mounts.below(directory());
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
    if (dockerd.isPresent()) {
      dockerd.get().terminate();
    }
    for (ProcessHandle process : processes()) {
      process.destroyForcibly();
    }
    await("end of the engine's processes").until(() -> processes().isEmpty());
    removeDirectory();
  }

  private void removeDirectory() throws IOException {
    try {
      Mounts.unmountBelow(directory());
      Program.of("rm", "--recursive", "--force", "--one-file-system", directory().toString()).run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void startContainerd() throws IOException {
    Files.createDirectories(commands.exec());
    Files.writeString(
        commands.containerdConfigurationFile(),
        commands.containerdConfiguration() + containerdSettings);
    Daemon daemon = Daemon.start(directory().resolve("containerd.log"), commands.containerd());
    containerd = Optional.of(daemon);
    daemon.awaitReady(() -> !ctr("version").isEmpty());
  }

  private boolean isOfThis(String commandLine) {
    return commandLine.contains(commands.exec().toString());
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

  private void closeAtExit() {
    try {
      close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

package io.github.dockerimageexporter.release;

import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.debian.DebianRoot;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A Debian with its own systemd and network: a container of systemd-nspawn on an overlay of the
/// [DebianRoot]. It has rpm as well, whose scriptlets find the systemd that they expect.
public final class DebianMachine implements AutoCloseable {
  public static final DebianRoot DEBIAN =
      new DebianRoot("bookworm", List.of("systemd", "dbus", "rpm"));

  /// The same with Docker.
  private static final DebianRoot WITH_DOCKER =
      new DebianRoot(
          "bookworm-docker",
          "bookworm",
          Optional.empty(),
          List.of("systemd", "dbus", "rpm", "docker.io"));

  /// One with Docker that can run containers in networks, and with Compose 2.
  private static final DebianRoot WITH_COMPOSE =
      new DebianRoot(
          "trixie-docker",
          "trixie",
          Optional.empty(),
          List.of("systemd", "dbus", "docker.io", "docker-cli", "docker-buildx", "docker-compose"));

  /// Marks tests that install what is released on such a machine.
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @Requires({Requirement.RELEASE, Requirement.ROOT, Requirement.DEBOOTSTRAP, Requirement.NSPAWN})
  public @interface Required {}

  /// For a network that is nothing but the loopback address.
  private static final String DOCKER_SETTINGS =
      "{\"bridge\": \"none\", \"iptables\": false, \"ip6tables\": false}";

  private static final Set<String> BOOTED = Set.of("running", "degraded");

  private final Path root;
  private final Daemon nspawn;

  private DebianMachine(Path root, Daemon nspawn) {
    this.root = root;
    this.nspawn = nspawn;
  }

  /// Boots it; what it writes stays in `directory`.
  public static DebianMachine boot(Path directory) throws IOException, InterruptedException {
    return boot(directory, DEBIAN);
  }

  /// Boots one whose Docker is running, with its data root in `directory` as well.
  public static DebianMachine bootWithDocker(Path directory)
      throws IOException, InterruptedException {
    Path store = Files.createDirectory(directory.resolve("store"));
    DebianMachine machine = boot(directory, WITH_DOCKER, "--bind=" + store + ":/var/lib/docker");
    machine.run(
        "mkdir -p /etc/docker && echo '%s' >/etc/docker/daemon.json".formatted(DOCKER_SETTINGS));
    machine.run("systemctl restart docker.service");
    return machine;
  }

  /// Boots one whose Docker runs containers, with its data root in `directory`. What is in
  /// [#DEBIAN] is below `/mnt` there, to make an image of.
  public static DebianMachine bootForContainers(Path directory)
      throws IOException, InterruptedException {
    Path store = Files.createDirectory(directory.resolve("store"));
    DebianMachine machine =
        boot(
            directory,
            WITH_COMPOSE,
            "--system-call-filter=add_key keyctl bpf",
            "--bind-ro=" + DEBIAN.directory() + ":/mnt",
            "--bind=" + store + ":/var/lib/docker");
    // Of the first version of control groups, a machine may write only to systemd's.
    machine.run("findmnt -rno TARGET -t cgroup | xargs -rn 1 mount -o remount,bind,rw");
    return machine;
  }

  private static DebianMachine boot(Path directory, DebianRoot debian, String... options)
      throws IOException, InterruptedException {
    Path upper = Files.createDirectory(directory.resolve("upper"));
    Path work = Files.createDirectory(directory.resolve("work"));
    Path root = Files.createDirectory(directory.resolve("machine"));
    String layers = "lowerdir=%s,upperdir=%s,workdir=%s".formatted(debian.directory(), upper, work);
    Program.of("mount", "-t", "overlay", "-o", layers, "overlay", root.toString()).run();
    var command =
        new ArrayList<String>(
            List.of(
                "systemd-nspawn",
                "--quiet",
                "--directory=" + root,
                "--register=no",
                "--keep-unit",
                "--private-network",
                "--console=pipe",
                "--boot"));
    command.addAll(List.of(options));
    Daemon nspawn = Daemon.start(directory.resolve("console.log"), command);
    var machine = new DebianMachine(root, nspawn);
    nspawn.awaitReady(
        () -> BOOTED.contains(machine.enter("systemctl is-system-running").outcome().output()));
    return machine;
  }

  /// Its root directory, as seen from outside.
  public Path root() {
    return root;
  }

  /// Runs a shell script in it, and returns what it prints.
  public String run(String script) throws IOException, InterruptedException {
    return enter(script).run();
  }

  /// Whether a shell script ends with status 0 in it.
  public boolean succeeds(String script) throws IOException, InterruptedException {
    return enter(script).outcome().status() == 0;
  }

  @Override
  public void close() throws IOException {
    try {
      // It takes the shell with it that asks for it.
      enter("systemctl poweroff").outcome();
      await("end of the machine").until(() -> !nspawn.isRunning());
      Program.of("umount", root.toString()).run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      nspawn.kill();
    }
  }

  private Program enter(String script) {
    long first = nspawn.handle().children().findFirst().map(ProcessHandle::pid).orElseThrow();
    return Program.of(
        "nsenter",
        "--target=" + first,
        "--all",
        "--root",
        "--wd",
        "/usr/bin/env",
        "--ignore-environment",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "/bin/bash",
        "-c",
        script);
  }
}

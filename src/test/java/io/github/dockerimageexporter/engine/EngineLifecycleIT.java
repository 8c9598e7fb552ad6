package io.github.dockerimageexporter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of an engine's processes, mounts and files.
@RequiresEngine
class EngineLifecycleIT {
  static Stream<EngineKind> kinds() {
    return Stream.of(EngineKind.GRAPH_DRIVERS, EngineKind.CONTAINERD).flatMap(List::stream);
  }

  /// One of few mounts and processes, and one of many.
  static Stream<EngineKind> fewAndMany() {
    return Stream.of(EngineKind.GRAPH_DRIVERS.getFirst(), EngineKind.CONTAINERD.getLast());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void imagesSurviveAStopAndACrash(EngineKind kind) throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(kind)) {
      var id = new Images(engine).classic("base:1", Images.BASE);
      new Containers(engine).run("sleeper", "base:1");

      engine.kill();
      engine.restart();
      engine.stop();
      engine.restart();

      assertThat(new Images(engine).id("base:1")).isEqualTo(id);
      new Containers(engine).tryOut("base:1");
      assertThat(engine.docker("info", "--format", "{{.Driver}}")).isEqualTo(kind.store().driver());
    }
  }

  @ParameterizedTest
  @MethodSource("fewAndMany")
  void commandInAContainerSeesItsFilesOnly(EngineKind kind)
      throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(kind)) {
      new Images(engine).classic("base:1", Images.BASE);
      var containers = new Containers(engine);
      containers.run("sleeper", "base:1");

      assertThat(containers.exec("sleeper", "echo /*")).isEqualTo("/bin /dev /etc /proc /sys");
    }
  }

  @Test
  void engineHoldsNothingThatIsMountedInMemory(@TempDir Path theirs)
      throws IOException, InterruptedException {
    Path mounted = Files.createDirectory(theirs.resolve("mounted"));
    Program.of("mount", "-t", "tmpfs", "tmpfs", mounted.toString()).run();
    try (var _ = DockerEngine.start(EngineKind.CONTAINERD.getLast())) {
      Program.of("umount", mounted.toString()).run();

      Files.delete(mounted);
    }
  }

  @ParameterizedTest
  @MethodSource("fewAndMany")
  void stoppedEngineHasNoProcess(EngineKind kind) throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(kind)) {
      new Images(engine).classic("base:1", Images.BASE);
      new Containers(engine).run("sleeper", "base:1");
      assertThat(engine.processes()).isNotEmpty();

      engine.stop();

      assertThat(engine.processes()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("fewAndMany")
  void closedEngineLeavesNothingEvenAfterACrash(EngineKind kind)
      throws IOException, InterruptedException {
    var engine = DockerEngine.start(kind);
    new Images(engine).classic("base:1", Images.BASE);
    new Containers(engine).run("sleeper", "base:1");
    engine.kill();
    assertThat(engine.processes()).isNotEmpty();
    assertThat(engine.mounts()).isNotEmpty();

    engine.close();

    assertThat(engine.processes()).isEmpty();
    assertThat(engine.mounts()).isEmpty();
    assertThat(engine.directory()).doesNotExist();
  }

  @Test
  void daemonThatDoesNotStartIsQuoted() throws IOException, InterruptedException {
    try (var engine = DockerEngine.start("overlay2")) {
      engine.stop();
      DataRoots.remove(engine.dataRoot());
      Files.createFile(engine.dataRoot());

      assertThatThrownBy(engine::restart)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ended with status 1 before it was ready")
          .hasMessageContaining("canonical path points to a file");
    }
  }

  @Test
  void copyOfADataRootIsComplete() throws IOException, InterruptedException {
    try (var engine = DockerEngine.start("overlay2")) {
      new Images(engine).classic("varied:1", Images.VARIED);
      engine.stop();

      Path copy = engine.directory().resolve("copy");
      DataRoots.copy(engine.dataRoot(), copy);

      assertThat(listing(copy)).isEqualTo(listing(engine.dataRoot()));
      assertThat(Files.isSameFile(copy, engine.dataRoot())).isFalse();
    }
  }

  /// Every file with kind, mode, owner, size, links, blocks and device: whatever `find` can tell.
  private static String listing(Path directory) throws IOException, InterruptedException {
    return Program.of(
            "sh",
            "-c",
            "cd \"$0\" && find . -xdev -printf '%P %y %m %U:%G %s %n %T@ %l\\n' | sort",
            directory.toString())
        .run();
  }
}

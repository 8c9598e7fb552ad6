package io.github.dockerimageexporter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of an engine's processes, mounts and files.
@RequiresEngine
class EngineLifecycleIT {
  @ParameterizedTest
  @ValueSource(strings = {"overlay2", "vfs"})
  void imagesSurviveAStopAndACrash(String storageDriver) throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(storageDriver)) {
      var id = new Images(engine).classic("base:1", Images.BASE);
      new Containers(engine).run("sleeper", "base:1");

      engine.kill();
      engine.restart();
      engine.stop();
      engine.restart();

      assertThat(new Images(engine).id("base:1")).isEqualTo(id);
      assertThat(new Containers(engine).script("base:1", "echo works")).isEqualTo("works");
      assertThat(engine.dataRoot().resolve("image"))
          .isDirectoryContaining(store -> store.endsWith(storageDriver));
    }
  }

  @Test
  void stoppedEngineHasNoProcess() throws IOException, InterruptedException {
    try (var engine = DockerEngine.start("overlay2")) {
      new Images(engine).classic("base:1", Images.BASE);
      new Containers(engine).run("sleeper", "base:1");
      assertThat(engine.processes()).isNotEmpty();

      engine.stop();

      assertThat(engine.processes()).isEmpty();
    }
  }

  @Test
  void closedEngineLeavesNothingEvenAfterACrash() throws IOException, InterruptedException {
    var engine = DockerEngine.start("overlay2");
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
  void unknownStorageDriverQuotesTheLog() {
    assertThatThrownBy(() -> DockerEngine.start("nonesuch"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ended with status 1 before it was ready")
        .hasMessageContaining("nonesuch");
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

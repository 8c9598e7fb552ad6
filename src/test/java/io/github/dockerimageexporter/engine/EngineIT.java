package io.github.dockerimageexporter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The engine does what the tests that stand on it take for granted.
@RequiresEngine
class EngineIT {
  private static DockerEngine engine;
  private static Images images;
  private static Containers containers;

  @TempDir private Path directory;

  @BeforeAll
  static void startEngine() throws IOException, InterruptedException {
    engine = DockerEngine.start("overlay2");
    images = new Images(engine);
    containers = new Containers(engine);
    images.classic("base:1", Images.BASE);
  }

  @AfterAll
  static void stopEngine() throws IOException {
    engine.close();
  }

  @Test
  void classicBuilderRunsStepsAndKeepsTheirImages() throws IOException, InterruptedException {
    var id = images.classic("classic:1", Images.VARIED);

    assertThat(images.id("classic:1")).isEqualTo(id);
    assertThat(containers.script("classic:1", "ls /data; cat /data/hard"))
        .isEqualTo("hard\nkept\npipe\nsoft\nsparse\none");
    assertThat(history("classic:1")).doesNotContain("<missing>");
  }

  @Test
  void buildKitRunsStepsAndKeepsOneImage() throws IOException, InterruptedException {
    images.buildKit("buildkit:1", Images.VARIED);

    assertThat(containers.script("buildkit:1", "ls /data; cat /data/hard"))
        .isEqualTo("hard\nkept\npipe\nsoft\nsparse\none");
    assertThat(history("buildkit:1")).contains("<missing>");
  }

  @Test
  void imageWithoutLayersIsBuiltByBothBuilders() throws IOException, InterruptedException {
    images.classic("empty:classic", Images.EMPTY);
    images.buildKit("empty:buildkit", Images.EMPTY);

    assertThat(layerCount("empty:classic")).isZero();
    assertThat(layerCount("empty:buildkit")).isZero();
  }

  @Test
  void pushedImageIsPulledByTagAndByDigest() throws IOException, InterruptedException {
    try (var registry = Registry.start(directory)) {
      var id = images.classic("pushed:1", Images.with(Images.BASE, "RUN echo pushed >/pushed"));
      String name = images.push("pushed:1", registry);
      String digest = images.digestReference(name);
      images.remove(name, "pushed:1");

      assertThat(images.all()).doesNotContain(id);
      assertThat(images.pull(name)).isEqualTo(id);
      assertThat(images.pull(digest)).isEqualTo(id);
    }
  }

  @Test
  void savedImageIsLoadedAgain() throws IOException, InterruptedException {
    var id = images.classic("saved:1", Images.with(Images.BASE, "RUN echo saved >/saved"));
    images.save(directory.resolve("saved.tar"), "saved:1");
    images.remove("saved:1");

    images.load(directory.resolve("saved.tar"));

    assertThat(images.id("saved:1")).isEqualTo(id);
  }

  @Test
  void importMakesAnImageOfOneLayer() throws IOException, InterruptedException {
    Files.writeString(directory.resolve("file"), "content");
    Path tar = directory.resolve("files.tar");
    Program.of("tar", "-C", directory.toString(), "-cf", tar.toString(), "file").run();

    var id = images.importTar(tar, "imported:1");

    assertThat(images.id("imported:1")).isEqualTo(id);
    assertThat(layerCount("imported:1")).isEqualTo(1);
  }

  @Test
  void commitAddsTheContainersLayer() throws IOException, InterruptedException {
    containers.run("worker", "base:1");
    containers.exec("worker", "echo work >/work");

    containers.commit("worker", "committed:1");
    containers.remove("worker");

    assertThat(layerCount("committed:1")).isEqualTo(layerCount("base:1") + 1);
    assertThat(containers.script("committed:1", "cat /work")).isEqualTo("work");
  }

  @Test
  void containerIsCreatedRunningAndStopped() throws IOException, InterruptedException {
    containers.create("fresh", "base:1");
    containers.run("sleeper", "base:1");
    containers.run("stopped", "base:1");
    containers.stop("stopped");

    assertThat(List.of("fresh", "sleeper", "stopped"))
        .map(containers::state)
        .containsExactly("created", "running", "exited");
  }

  @Test
  void failureOfTheCommandLineQuotesIt() {
    assertThatThrownBy(() -> engine.docker("run", "nowhere:1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 125, expected 0")
        .hasMessageContaining("nowhere:1");
  }

  private static String history(String image) throws IOException, InterruptedException {
    return engine.docker("history", "--quiet", image);
  }

  private static int layerCount(String image) throws IOException, InterruptedException {
    return Integer.parseInt(
        engine.docker("image", "inspect", "--format", "{{len .RootFS.Layers}}", image));
  }
}

package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Images and containers that came into an engine in every way there is.
///
/// | name                | came by                                                           |
/// |---------------------|-------------------------------------------------------------------|
/// | `varied:classic`    | the classic builder, on top of the images of its steps            |
/// | `varied:buildkit`   | BuildKit                                                          |
/// | `empty:1`           | the classic builder; no layer                                     |
/// | `base:1`, `base:2`  | the classic builder; the lowest layers of many others             |
/// | none                | a build whose tag moved on to `moved:1`                           |
/// | `loaded:1`          | `docker load`                                                     |
/// | `imported:1`        | `docker import`                                                   |
/// | `committed:1`       | `docker commit`                                                   |
/// | `<registry>/pulled:1` | a pull by tag, and by digest                                    |
///
/// Containers: `fresh` never started, `stopped`, and both `worker` and `sleeper` running.
public final class Stock {
  private final DockerEngine engine;
  private final Images images;
  private final Containers containers;

  private Stock(DockerEngine engine) throws IOException {
    this.engine = engine;
    this.images = new Images(engine);
    this.containers = new Containers(engine);
  }

  /// Fills an empty engine.
  public static void fill(DockerEngine engine) throws IOException, InterruptedException {
    var stock = new Stock(engine);
    stock.build();
    stock.load();
    stock.importTar();
    stock.pull();
    stock.runAndCommit();
  }

  private void build() throws IOException, InterruptedException {
    images.classic("base:1", Images.BASE);
    images.tag("base:1", "base:2");
    images.classic("varied:classic", Images.VARIED);
    images.buildKit("varied:buildkit", Images.VARIED);
    images.classic("empty:1", Images.EMPTY);
    images.classic("moved:1", Images.with(Images.BASE, "RUN echo old >/moved"));
    images.classic("moved:1", Images.with(Images.BASE, "RUN echo new >/moved"));
  }

  private void load() throws IOException, InterruptedException {
    Path archive = engine.directory().resolve("loaded.tar");
    images.buildKit("loaded:1", Images.with(Images.BASE, "RUN echo loaded >/loaded"));
    images.save(archive, "loaded:1");
    images.remove("loaded:1");
    images.load(archive);
  }

  private void importTar() throws IOException, InterruptedException {
    Path directory = Files.createDirectory(engine.directory().resolve("imported"));
    Files.writeString(directory.resolve("file"), "content");
    Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
    Path archive = engine.directory().resolve("imported.tar");
    Program.of("tar", "-C", directory.toString(), "-cf", archive.toString(), ".").run();
    images.importTar(archive, "imported:1");
  }

  private void pull() throws IOException, InterruptedException {
    try (var registry = Registry.start(engine.directory().resolve("registry"), engine.host())) {
      images.classic("pulled:1", Images.with(Images.BASE, "RUN echo pulled >/pulled"));
      String name = images.push("pulled:1", registry);
      String digest = images.digestReference(name);
      images.remove(name, "pulled:1");
      images.pull(name);
      images.pull(digest);
    }
  }

  private void runAndCommit() throws IOException, InterruptedException {
    containers.create("fresh", "varied:buildkit");
    containers.run("stopped", "base:1");
    containers.stop("stopped");
    containers.run("sleeper", "varied:classic");
    containers.run("worker", "base:1");
    containers.exec("worker", "echo work >/work && ln -s /work /link");
    containers.commit("worker", "committed:1");
  }
}

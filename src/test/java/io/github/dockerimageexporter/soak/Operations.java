package io.github.dockerimageexporter.soak;

import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// All that workers do to an engine. They choose from few names, so that they meet.
final class Operations {
  private static final int NAMES = 6;

  private final DockerEngine engine;
  private final Images images;
  private final Containers containers;
  private final Registry registry;

  Operations(DockerEngine engine, Registry registry) throws IOException {
    this.engine = engine;
    this.images = new Images(engine);
    this.containers = new Containers(engine);
    this.registry = registry;
  }

  List<Operation> all() {
    return List.of(
        new Operation("classic build", 4, this::buildClassic),
        new Operation("BuildKit build", 4, this::buildWithBuildKit),
        new Operation("BuildKit build in stages", 2, this::buildInStages),
        new Operation("push", 2, this::push),
        new Operation("pull", 3, this::pull),
        new Operation("tag", 3, random -> images.tag(anyImage(random), name(random))),
        new Operation("rmi", 4, random -> images.remove(anyImage(random))),
        new Operation("commit", 2, this::commit),
        new Operation("run", 3, this::run),
        new Operation("run and remove", 3, this::runAndRemove),
        new Operation("save and load", 2, this::saveAndLoad),
        new Operation("import", 1, this::importTar),
        new Operation("system df", 1, _ -> engine.docker("system", "df")),
        new Operation("image prune", 2, _ -> engine.docker("image", "prune", "--force")),
        new Operation("container prune", 1, _ -> engine.docker("container", "prune", "--force")),
        new Operation("builder prune", 2, _ -> engine.docker("builder", "prune", "--force")),
        new Operation("system prune", 1, _ -> engine.docker("system", "prune", "-af")));
  }

  private void buildClassic(Random random) throws IOException, InterruptedException {
    images.classic(name(random), dockerfile(random));
  }

  private void buildWithBuildKit(Random random) throws IOException, InterruptedException {
    images.buildKit(name(random), dockerfile(random));
  }

  private void buildInStages(Random random) throws IOException, InterruptedException {
    var stages = new ArrayList<>(dockerfile(random));
    stages.set(0, "FROM scratch AS made");
    stages.addAll(
        List.of(
            "FROM scratch",
            "COPY --from=made /bin /bin",
            "RUN --mount=from=made,target=/other cp /other/number /copied",
            "COPY --from=made /number /number"));
    images.buildKit(name(random), stages);
  }

  /// Steps of which some are in other builds too, and some only in this.
  private static List<String> dockerfile(Random random) {
    var lines = new ArrayList<String>(Images.BASE);
    lines.add("ENV SHARED=" + random.nextInt(3));
    lines.add("RUN echo $SHARED >/shared && rm -f /bin/vi");
    lines.add("LABEL purpose=soak");
    lines.add("RUN echo %d >/number".formatted(random.nextInt(NAMES)));
    lines.add(
        "RUN mkdir /own && head -c %d /dev/urandom >/own/data && cp -a /own /copy && rm /shared"
            .formatted(random.nextInt(2_000_000)));
    return List.copyOf(lines);
  }

  private void push(Random random) throws IOException, InterruptedException {
    String image = name(random);
    images.buildKit(image, dockerfile(random));
    images.push(image, registry);
  }

  private void pull(Random random) throws IOException, InterruptedException {
    String name = registry.address() + "/" + name(random);
    if (random.nextBoolean()) {
      images.remove(name);
    }
    images.pull(name);
  }

  private void commit(Random random) throws IOException, InterruptedException {
    String container = unique(random);
    containers.run(container, anyImage(random));
    containers.exec(container, "echo %d >/work".formatted(random.nextInt()));
    containers.commit(container, name(random));
    containers.remove(container);
  }

  private void run(Random random) throws IOException, InterruptedException {
    containers.script(anyImage(random), "echo %d >/run".formatted(random.nextInt()));
  }

  private void runAndRemove(Random random) throws IOException, InterruptedException {
    String container = unique(random);
    String image = anyImage(random);
    if (random.nextBoolean()) {
      containers.run(container, image);
      containers.stop(container);
    } else {
      containers.create(container, image);
    }
    if (random.nextInt(4) > 0) {
      containers.remove(container);
    }
  }

  private void saveAndLoad(Random random) throws IOException, InterruptedException {
    Path archive = Files.createTempFile(engine.directory(), "saved", ".tar");
    try {
      String image = anyImage(random);
      images.save(archive, image);
      if (random.nextBoolean()) {
        images.remove(image);
      }
      images.load(archive);
    } finally {
      Files.delete(archive);
    }
  }

  private void importTar(Random random) throws IOException, InterruptedException {
    Path archive = Files.createTempFile(engine.directory(), "exported", ".tar");
    String container = unique(random);
    try {
      containers.create(container, anyImage(random));
      engine.docker("export", "--output", archive.toString(), container);
      containers.remove(container);
      images.importTar(archive, name(random));
    } finally {
      Files.delete(archive);
    }
  }

  /// The name of an image that can run; one is made if there is none.
  private String anyImage(Random random) throws IOException, InterruptedException {
    List<String> names =
        engine
            .docker("images", "--format", "{{.Repository}}:{{.Tag}}")
            .lines()
            .filter(name -> !name.contains("<none>"))
            .sorted()
            .toList();
    if (names.isEmpty()) {
      String name = name(random);
      images.classic(name, Images.BASE);
      return name;
    }
    return names.get(random.nextInt(names.size()));
  }

  private static String name(Random random) {
    return "soak:" + random.nextInt(NAMES);
  }

  private static String unique(Random random) {
    return "soak-" + new UUID(random.nextLong(), random.nextLong());
  }
}

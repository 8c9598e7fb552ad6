package io.github.dockerimageexporter.engine;

import static io.github.dockerimageexporter.engine.Images.BASE;
import static io.github.dockerimageexporter.engine.Images.EMPTY;
import static io.github.dockerimageexporter.engine.Images.VARIED;
import static io.github.dockerimageexporter.engine.Images.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.engine.machine.SideWork;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every way to make an image or a container, with a real engine: nothing of it is flagged.
@RequiresEngine
class HealthyStoreIT {
  private static final Duration SETTLE = Duration.ofMillis(200);

  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.engine.EngineKind#GRAPH_DRIVERS")
  void nothingIsFlagged(EngineKind kind) throws IOException, InterruptedException {
    try (DockerEngine engine = DockerEngine.start(kind)) {
      var images = new Images(engine);
      var containers = new Containers(engine);
      classicImages(images);
      assertHealthy(engine, "classic images");
      buildKitImages(images);
      assertHealthy(engine, "images of BuildKit");
      containers(containers);
      assertHealthy(engine, "containers and commits");
      Path archive = engine.directory().resolve("archive.tar");
      images.save(archive, "buildkit:1", "classic:1", "commit:1");
      containers.remove("running");
      containers.remove("stopped");
      containers.remove("created");
      images.remove("buildkit:1", "classic:1", "commit:1");
      assertHealthy(engine, "removals");
      images.load(archive);
      assertHealthy(engine, "a load");
      images.buildKit("again:1", with(VARIED, "COPY same /same", "COPY other /other"));
      assertHealthy(engine, "a build on loaded layers");
      engine.docker("builder", "prune", "--all", "--force");
      assertHealthy(engine, "a prune of the build cache");
      images.buildKit("twin:1", with(BASE, "COPY same /same", "COPY other /other", "RUN true"));
      assertHealthy(engine, "the same layers again");
      images.classic("upon:1", List.of("FROM twin:1", "RUN echo >/upon"));
      containers.run("upon", "upon:1");
      assertHealthy(engine, "a classic build and a container on layers of BuildKit");
      engine.stop();
      engine.restart();
      assertHealthy(engine, "a restart");
    }
  }

  /// Docker removes the container's short name, then its files, and then its mount.
  @Test
  void aContainerIsNotFlaggedHoweverLongItTakesToRemove() throws Exception {
    try (DockerEngine engine = DockerEngine.start("overlay2")) {
      new Images(engine).classic("base:1", BASE);
      var containers = new Containers(engine);
      containers.run("many", "base:1");
      containers.exec("many", "mkdir /many && cd /many && seq 1 100000 | xargs touch");
      containers.stop("many");
      var scanner =
          new StoreScanner(
              engine.dataRoot(), Duration.ofMillis(1), Duration.ofHours(1), InstantSource.system());

      var found = new ArrayList<Finding>();
      try (var removal = SideWork.start(() -> engine.docker("rm", "many"))) {
        while (!removal.result().isDone()) {
          found.addAll(scanner.scan(Freshness.EVERY_FILE).stores().getFirst().report().findings());
        }

        assertThat(removal.result()).isCompleted();
        assertThat(found).isEmpty();
      }
    }
  }

  private static void classicImages(Images images) throws IOException, InterruptedException {
    for (String name : List.of("same", "other")) {
      Path file = Files.writeString(images.context().resolve(name), name);
      Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    }
    images.classic("classic:1", VARIED);
    images.classic("same:1", List.of("FROM scratch", "COPY same /same", "COPY other /other"));
    images.classic("empty:1", EMPTY);
  }

  private static void buildKitImages(Images images) throws IOException, InterruptedException {
    images.buildKit("buildkit:1", VARIED);
    images.buildKit("buildkit:2", List.of("FROM scratch", "COPY same /same", "COPY other /other"));
    images.buildKit("empty:2", EMPTY);
    images.buildKit("emptysteps:1", with(BASE, "RUN true", "WORKDIR /", "COPY same /same"));
    images.buildKit("onclassic:1", List.of("FROM classic:1", "RUN echo >/new", "RUN true"));
    images.buildKit(
        "mounts:1",
        with(
            BASE,
            "RUN --mount=from=classic:1,target=/from --mount=type=cache,target=/cache"
                + " cp -r /from/data /kept && touch /cache/x",
            "COPY --from=classic:1 /data /data"));
  }

  private static void containers(Containers containers) throws IOException, InterruptedException {
    containers.create("created", "classic:1");
    containers.run("running", "buildkit:1");
    containers.exec("running", "echo >/written && ln -s /written /link && rm /bin/vi");
    containers.run("stopped", "onclassic:1");
    containers.stop("stopped");
    containers.commit("running", "commit:1");
  }

  private static void assertHealthy(DockerEngine engine, String after) throws InterruptedException {
    var scanner =
        new StoreScanner(engine.dataRoot(), SETTLE, Duration.ofHours(1), InstantSource.system());

    assertThat(scanner.scanAndMeasure(1).stores())
        .flatExtracting(store -> store.report().findings())
        .extracting(Finding::problem)
        .filteredOn(problem -> problem.kind().impact() != Impact.WASTE)
        .as("after %s", after)
        .isEmpty();
  }
}

package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.Damage;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineFigures;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.StockedRoot;
import io.github.dockerimageexporter.engine.Systemctl;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.refresh.StoreScanner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// A real store is damaged, its plan is run word for word, and all images run again.
///
/// The stock has an image from a registry, one that was built on top of it, others that share its
/// base, containers, and BuildKit's cache.
@RequiresEngine
@ParameterizedClass
@FieldSource("KINDS")
class RepairIT {
  private static final List<Damage> ALL =
      Stream.concat(Damages.ALL.stream(), Incoherences.ALL.stream()).toList();
  private static final List<Damage> HARMFUL =
      ALL.stream().filter(damage -> damage.expected().impact() != Impact.WASTE).toList();

  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<Damage> WASTE =
      ALL.stream()
          .filter(damage -> damage.expected().impact() == Impact.WASTE)
          .filter(damage -> damage.expected() != Kind.STRAY_ENTRY)
          .toList();

  private static final EngineKind MACHINE =
      new EngineKind(EngineKind.Origin.MACHINE, ImageStore.OVERLAY2);
  private static final EngineKind SID = new EngineKind(EngineKind.Origin.SID, ImageStore.OVERLAY2);

  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<EngineKind> KINDS =
      List.of(MACHINE, new EngineKind(EngineKind.Origin.MACHINE, ImageStore.VFS), SID);

  /// Those repaired on every engine; some of them in another way where a driver stacks no
  /// directories.
  private static final Set<String> TYPICAL =
      Set.of("middle layer lost", "directory lost", "cache-id of another", "mount-id of nothing");

  /// Some that a daemon does not notice until it is started again.
  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<Damage> BENEATH_A_DAEMON =
      HARMFUL.stream()
          .filter(
              damage ->
                  Set.of(
                          "middle layer lost",
                          "references cut short",
                          "link to content lost",
                          "mount lost")
                      .contains(damage.name()))
          .toList();

  private static final String NO_COMMAND = "# no command: build or load ";

  /// What the engine writes in place, so that a copy may not be linked to it.
  private static final List<String> WRITTEN_IN_PLACE =
      List.of("buildkit", "containerd", "network", "containers", "volumes", "plugins", "swarm");

  private static final int BUILDERS = 3;

  private static DockerEngine engine;
  private static Registry registry;
  private static Systemctl systemctl;
  private static Images images;
  private static Containers containers;
  private static EngineFigures figures;
  private static String pulled;

  private final EngineKind kind;

  RepairIT(EngineKind kind) {
    this.kind = kind;
  }

  @BeforeParameterizedClassInvocation
  static void stockAnEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    images = new Images(engine);
    containers = new Containers(engine);
    registry = Registry.start(engine.directory().resolve("registry"));
    images.classic("pulled:1", Images.VARIED);
    pulled = images.push("pulled:1", registry);
    images.remove(pulled, "pulled:1");
    engine.docker("image", "prune", "--all", "--force");
    images.pull(pulled);
    build();
    images.classic("other:1", Images.BASE);
    containers.create("fresh", pulled);
    containers.run("written", "built:1");
    containers.exec("written", "echo work >/work");
    containers.stop("written");
    figures = EngineFigures.of(engine);
    systemctl = Systemctl.start(engine);
    systemctl.program("docker-image-exporter", "#!/bin/sh\n");
    engine.stop();
    Files.move(engine.dataRoot(), pristine());
  }

  @AfterParameterizedClassInvocation
  static void removeEngine() throws IOException {
    systemctl.close();
    engine.close();
    registry.close();
  }

  @AfterEach
  void stopEngine() throws IOException, InterruptedException {
    if (engine.isRunning()) {
      engine.stop();
    }
    DataRoots.remove(engine.dataRoot());
  }

  @ParameterizedTest
  @FieldSource("HARMFUL")
  void theRepairOfADamageMakesAllImagesRunAgain(Damage damage)
      throws IOException, InterruptedException {
    assumeThat(kind.equals(MACHINE) || isRepairedOn(kind, damage))
        .as("repaired on %s as it is on the machine's overlay2", kind)
        .isTrue();
    damage.act().on(copy());

    String plan = repair(graceOf(damage));

    buildWhatIsToBeBuilt(plan);
    assertThat(findings(Duration.ofHours(1))).as(plan).isEmpty();
    allRun();
  }

  @ParameterizedTest
  @FieldSource("BENEATH_A_DAEMON")
  void aDamageBeneathARunningDaemonIsRepairedAsWell(Damage damage)
      throws IOException, InterruptedException {
    assumeThat(kind.equals(MACHINE) || (kind.equals(SID) && EngineKind.isThorough()))
        .as("done on %s with -Dengines=all only, and on overlay2", kind)
        .isTrue();
    StockedRoot root = copy();
    engine.restart();
    engine.docker("start", "written");
    damage.act().on(root);

    String plan = repair(Duration.ofHours(1));

    buildWhatIsToBeBuilt(plan);
    assertThat(findings(Duration.ofHours(1))).as(plan).isEmpty();
    allRun();
  }

  @ParameterizedTest
  @FieldSource("WASTE")
  void wasteIsMovedAside(Damage damage) throws IOException, InterruptedException {
    assumeThat(kind.equals(MACHINE) || (kind.equals(SID) && EngineKind.isThorough()))
        .as("done on %s with -Dengines=all only, and on overlay2", kind)
        .isTrue();
    damage.act().on(copy());

    String plan = repair(Duration.ZERO);

    assertThat(findings(Duration.ZERO))
        .as(plan)
        .extracting(finding -> finding.problem().kind())
        .doesNotContain(damage.expected());
    allRun();
  }

  /// The daemon itself leaves names without an image, when images are pruned beside builds.
  @Test
  void namesThatAPruneLeavesAreRemoved() throws IOException, InterruptedException {
    assumeThat(kind.store()).as("the driver has no part in it").isEqualTo(ImageStore.OVERLAY2);
    copy();
    engine.restart();
    engine.docker("rm", "--force", "fresh", "written");
    pruneBesideBuildsUntilANameIsLeft();

    String plan = repair(Duration.ofHours(1));

    assertThat(plan).contains("\ndrop 'raced:");
    assertThat(findings(Duration.ofHours(1))).as(plan).isEmpty();
  }

  private static void pruneBesideBuildsUntilANameIsLeft() throws IOException, InterruptedException {
    var stop = new AtomicBoolean();
    var builders = new ArrayList<Thread>();
    for (int i = 0; i < BUILDERS; i++) {
      String tag = "raced:" + i;
      builders.add(Thread.ofVirtual().start(() -> buildUntil(stop, tag)));
    }
    try {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                engine.docker("image", "prune", "--all", "--force");
                return findings(Duration.ofHours(1)).stream()
                    .anyMatch(it -> it.problem().kind() == Kind.REFERENCE_DANGLING);
              });
    } finally {
      stop.set(true);
      for (Thread builder : builders) {
        builder.join();
      }
    }
  }

  private static void buildUntil(AtomicBoolean stop, String tag) {
    for (int i = 0; !stop.get(); i++) {
      try {
        images.classic(tag + "-" + i, List.of("FROM scratch", "LABEL number=" + tag + i));
      } catch (IOException prunedMeanwhile) {
        // The image is gone before it has its name.
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  private static boolean isRepairedOn(EngineKind kind, Damage damage) {
    return TYPICAL.contains(damage.name()) || (kind.equals(SID) && EngineKind.isThorough());
  }

  /// A container without its configuration may be one that is being created or removed.
  private static Duration graceOf(Damage damage) {
    return damage.expected() == Kind.CONTAINER_CONFIG_INVALID ? Duration.ZERO : Duration.ofHours(1);
  }

  private static void buildWhatIsToBeBuilt(String plan) throws IOException, InterruptedException {
    if (plan.contains(NO_COMMAND + "built:1 ")) {
      build();
    }
    if (plan.contains(NO_COMMAND + "other:1 ")) {
      images.classic("other:1", Images.BASE);
    }
  }

  private static void build() throws IOException, InterruptedException {
    images.buildKit("built:1", List.of("FROM " + pulled, "RUN echo built >/built"));
  }

  private static void allRun() throws IOException, InterruptedException {
    for (String image : List.of(pulled, "built:1", "other:1")) {
      containers.tryOut(runnable(image));
    }
  }

  /// By its ID where it has lost its name with all others.
  private static String runnable(String image) throws IOException, InterruptedException {
    return engine.docker("images", "--quiet", image).isEmpty()
        ? figures.images().values().stream()
            .filter(one -> one.references().contains(image))
            .map(EngineFigures.ImageFigures::id)
            .findFirst()
            .orElseThrow()
        : image;
  }

  /// Plans and runs the plan.
  private static String repair(Duration grace) throws IOException, InterruptedException {
    var out = new StringWriter();
    ExporterCommand.run(
        new String[] {
          "check",
          "--plan",
          "--check.settle=10ms",
          "--check.grace=" + grace.toSeconds() + "s",
          "--docker.root=" + engine.dataRoot()
        },
        Map.of(),
        new PrintWriter(out),
        new PrintWriter(new StringWriter()));
    String plan = out.toString();
    Program.Outcome outcome = run(plan);
    assertThat(outcome.status()).as("%s%n%s", outcome.complaints(), plan).isZero();
    return plan;
  }

  private static Program.Outcome run(String plan) throws IOException, InterruptedException {
    Path script = Files.writeString(engine.directory().resolve("plan.sh"), plan);
    return new Program(
            Map.of("PATH", systemctl.directory() + ":/usr/bin:/bin:/usr/sbin:/sbin"),
            List.of("sh", script.toString()))
        .outcome();
  }

  private static List<Finding> findings(Duration grace) throws InterruptedException {
    return new StoreScanner(engine.dataRoot(), Duration.ofMillis(10), grace, InstantSource.system())
        .scanAndMeasure(1)
        .stores()
        .getFirst()
        .report()
        .findings();
  }

  private StockedRoot copy() throws IOException, InterruptedException {
    DataRoots.copy(pristine(), engine.dataRoot());
    for (String directory : WRITTEN_IN_PLACE) {
      Path original = pristine().resolve(directory);
      if (Files.exists(original)) {
        DataRoots.remove(engine.dataRoot().resolve(directory));
        Program.of("cp", "--archive", original.toString(), engine.dataRoot().toString()).run();
      }
    }
    return StockedRoot.of(engine.dataRoot(), kind.layout(), figures, pulled);
  }

  private static Path pristine() {
    return engine.directory().resolve("pristine");
  }
}

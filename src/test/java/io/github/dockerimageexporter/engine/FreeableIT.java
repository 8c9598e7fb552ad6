package io.github.dockerimageexporter.engine;

import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.SideWork;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What removing an image is said to free, compared with what the file system really gives back.
@RequiresEngine
class FreeableIT {
  private static final Duration SETTLE = Duration.ofMillis(100);
  private static final long BLOCK = 512;

  static Stream<EngineKind> kinds() {
    return Stream.concat(EngineKind.GRAPH_DRIVERS.stream(), EngineKind.CONTAINERD.stream());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyImageFreesWhatWasSaid(EngineKind kind) throws Exception {
    try (var engine = DockerEngine.start(kind)) {
      stock(engine);
      if (kind.store().isContainerd()) {
        ContainerdStock.add(engine);
      }

      assertThat(freeable(scan(engine))).as("%s, with all images", kind).contains(0L);
      Map<String, Long> said = new LinkedHashMap<>();
      Map<String, Long> freed = new LinkedHashMap<>();
      Map<String, Set<String>> gone = new LinkedHashMap<>();
      for (ImageId image : new TreeSet<>(listed(scan(engine)))) {
        collect(engine, kind.store());
        ObservedStore observed = scan(engine);
        var inventory = new Inventory(observed);
        Image present = observed.store().images().get(image);
        if (present == null || inventory.containersOf(image).orElse(0) > 0) {
          continue;
        }
        Map<String, Allocated> before = allocated(engine, kind.store());
        String name = String.join(" ", inventory.namesOf(image)) + " " + image;
        said.put(name, inventory.freeableBytesOf(present).orElse(-1));
        remove(engine, inventory.namesOf(image), image);
        collect(engine, kind.store());
        Map<String, Allocated> after = allocated(engine, kind.store());
        freed.put(name, freedBytes(before, after));
        if (!said.get(name).equals(freed.get(name))) {
          gone.put(name, gone(before, after));
        }
      }

      assertThat(freed).as("%s, gone: %s", kind, gone).isEqualTo(said);
      assertThat(said.values()).anyMatch(bytes -> bytes > 0);
    }
  }

  /// What is said of each image, while others and containers may stand on it.
  private static List<Long> freeable(ObservedStore observed) {
    var inventory = new Inventory(observed);
    return observed.store().images().values().stream()
        .map(image -> inventory.freeableBytesOf(image).orElse(-1))
        .toList();
  }

  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.engine.EngineKind#OVERLAY2")
  void imagesThatDockerKeepsFreeNothing(EngineKind kind) throws Exception {
    try (var engine = DockerEngine.start(kind)) {
      stock(engine);

      ObservedStore observed = scan(engine);
      var inventory = new Inventory(observed);
      var said = new TreeMap<String, Long>();
      for (String name : List.of("parent:1", "used:1", "kit:1")) {
        Image image = observed.store().images().get(new Images(engine).id(name));
        said.put(name, image == null ? -1 : inventory.freeableBytesOf(image).orElse(-1));
      }

      assertThat(said).isEqualTo(Map.of("parent:1", 0L, "used:1", 0L, "kit:1", 0L));
    }
  }

  /// Its lease keeps the layers that it shares with an image, and its download is counted.
  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.engine.EngineKind#CONTAINERD")
  void whatAPullAtWorkHoldsIsNotFreed(EngineKind kind) throws Exception {
    try (var engine = DockerEngine.start(kind);
        var registry = Registry.start(engine.directory().resolve("registry"))) {
      List<String> below = Images.with(Images.BASE, "RUN echo below >/below");
      push(engine, registry.address() + "/above:1", Images.with(below, "RUN echo >/above"));
      push(engine, registry.address() + "/below:1", below);
      engine.docker("builder", "prune", "--all", "--force");
      BuildHistory.settle(engine);
      String name = registry.address() + "/below:1";
      engine.docker("pull", "--quiet", name);
      long alone = freeable(scan(engine), name);

      try (var stalled = StalledRegistry.of(registry, "above");
          var pull = SideWork.start(() -> engine.docker("pull", stalled.image()))) {
        stalled.awaitStall();
        await("lease of the pull").until(() -> freeable(scan(engine), name) < alone);

        ObservedStore during = scan(engine);
        var inventory = new Inventory(during);
        assertThat(inventory.storeBytes()).hasValue(du(engine));
        assertThat(inventory.blobs(BlobOwner.DOWNLOAD).orElseThrow().count()).isEqualTo(1);
        long said = freeable(during, name);
        Map<String, Allocated> before = allocated(engine, kind.store());
        engine.docker("rmi", name);
        collect(engine, kind.store());
        assertThat(freedBytes(before, allocated(engine, kind.store()))).isEqualTo(said);
        assertThat(pull.result()).isNotDone();
      }
    }
  }

  private static void push(DockerEngine engine, String name, List<String> dockerfile)
      throws IOException, InterruptedException {
    var images = new Images(engine);
    images.buildKit(dockerfile, "--provenance=false", "--output=type=image,push=true,name=" + name);
    images.remove(name);
  }

  private static long freeable(ObservedStore observed, String name) {
    var inventory = new Inventory(observed);
    Image image =
        observed.store().images().values().stream()
            .filter(it -> inventory.namesOf(it.id()).contains(name))
            .findFirst()
            .orElseThrow();
    return inventory.freeableBytesOf(image).orElseThrow();
  }

  private static long du(DockerEngine engine) throws IOException, InterruptedException {
    String total =
        Program.of(
                "du",
                "-xscB1",
                engine.containerdRoot().resolve("io.containerd.content.v1.content").toString(),
                engine
                    .containerdRoot()
                    .resolve("io.containerd.snapshotter.v1.overlayfs/snapshots")
                    .toString())
            .run()
            .lines()
            .reduce((_, last) -> last)
            .orElseThrow();
    return Long.parseLong(total.substring(0, total.indexOf('\t')));
  }

  /// One image of each kind: on others' layers, with intermediates, with several names, with none,
  /// in use, somebody's parent, in the build cache, without layers.
  private static void stock(DockerEngine engine) throws IOException, InterruptedException {
    var images = new Images(engine);
    images.classic("base:1", Images.BASE);
    images.classic("parent:1", Images.with(Images.BASE, "RUN echo parent >/parent"));
    images.classic(
        "child:1",
        Images.with(Images.BASE, "RUN echo parent >/parent", "RUN echo 1 >/a", "RUN echo 2 >/b"));
    images.classic(
        "steps:1",
        Images.with(Images.BASE, "RUN dd if=/dev/zero of=/big bs=1000 count=3000", "RUN rm /big"));
    images.tag("steps:1", "steps:2");
    images.tag("steps:1", "other:name");
    images.classic("moved:1", Images.with(Images.BASE, "RUN echo first >/moved"));
    images.classic("moved:1", Images.with(Images.BASE, "RUN echo second >/moved"));
    images.classic("used:1", Images.with(Images.BASE, "RUN echo used >/used"));
    new Containers(engine).create("user", "used:1");
    images.classic("empty:1", Images.EMPTY);
    images.buildKit("kit:1", Images.VARIED);
  }

  /// Those that Docker lists.
  private static List<ImageId> listed(ObservedStore observed) {
    var inventory = new Inventory(observed);
    return List.copyOf(
        observed
            .store()
            .imageIds()
            .filter(image -> !inventory.intermediates().contains(image))
            .collect(toCollection(TreeSet::new)));
  }

  /// All of its names, as a person removes an image; Docker refuses some.
  private static void remove(DockerEngine engine, List<String> names, ImageId image)
      throws InterruptedException {
    for (String name : names.isEmpty() ? List.of(image.toString()) : names) {
      try {
        engine.docker("rmi", name);
      } catch (IOException refused) {
        assertThat(refused).hasMessageContaining("conflict");
      }
    }
  }

  private static ObservedStore scan(DockerEngine engine) throws InterruptedException {
    var containerd =
        new ContainerdSettings(
            Optional.of(engine.containerdRoot()).filter(Files::isDirectory),
            List.of(ContainerdSettings.DOCKER));
    return new StoreScanner(
            engine.dataRoot(), containerd, SETTLE, Duration.ofHours(1), InstantSource.system())
        .scanTwice().measured(1, _ -> true, new ScanProgress()).stores().stream()
            .filter(store -> !store.store().images().isEmpty())
            .findFirst()
            .orElseThrow();
  }

  /// What containerd no longer needs goes with its next collection, for which this waits.
  private static void collect(DockerEngine engine, ImageStore store)
      throws IOException, InterruptedException {
    if (store.isContainerd()) {
      engine.ctr("--namespace=moby", "leases", "create", "--id=collect");
      engine.ctr("--namespace=moby", "leases", "rm", "--sync", "collect");
    }
  }

  private record Allocated(String inode, long bytes) {}

  /// What each file and directory of the store takes, by its path. Of overlay2, the short names of
  /// layers are left out: a symbolic link each, to which ext4 gives a block of its own.
  private static Map<String, Allocated> allocated(DockerEngine engine, ImageStore store)
      throws IOException, InterruptedException {
    Path home =
        store.isContainerd() ? engine.containerdRoot() : engine.dataRoot().resolve(store.driver());
    return Program.of(
            "find",
            home.toString(),
            "-xdev",
            "-not",
            "-path",
            home + "/l/*",
            "-printf",
            "%i %b %p\\n")
        .run()
        .lines()
        .map(line -> line.split(" ", 3))
        .collect(toMap(it -> it[2], it -> new Allocated(it[0], Long.parseLong(it[1]) * BLOCK)));
  }

  private static Set<String> gone(Map<String, Allocated> before, Map<String, Allocated> after) {
    return before.entrySet().stream()
        .filter(file -> !after.containsKey(file.getKey()))
        .map(file -> file.getKey() + " " + file.getValue().bytes())
        .collect(toCollection(TreeSet::new));
  }

  /// What is gone, hard links once.
  private static long freedBytes(Map<String, Allocated> before, Map<String, Allocated> after) {
    Map<Boolean, Set<Allocated>> byStay =
        before.entrySet().stream()
            .collect(
                partitioningBy(
                    it -> after.containsKey(it.getKey()), mapping(Map.Entry::getValue, toSet())));
    Set<Allocated> gone = new HashSet<>(byStay.get(false));
    gone.removeAll(byStay.get(true));
    return gone.stream().mapToLong(Allocated::bytes).sum();
  }
}

package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.engine.BuildHistory;
import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/// The store of a real engine with containerd is damaged, its plan is run word for word, and all
/// images run again, and the engine lists them.
///
/// | image    | is                                                                             |
/// |----------|--------------------------------------------------------------------------------|
/// | `pushed` | built here with attestations, and pushed: all of it is here and in a registry  |
/// | `pulled` | pulled; its tag in the registry stands for another image by now                |
/// | `zstd`   | pulled, with layers that are compressed so                                     |
/// | `local`  | built here alone                                                               |
@RequiresEngine
@ParameterizedClass
@FieldSource("KINDS")
class ContainerdRepairIT {
  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<EngineKind> KINDS = EngineKind.newest(ImageStore.CONTAINERD);

  private static final String LOCAL = "local:1";

  private static DockerEngine engine;
  private static Registry registry;
  private static Registry lostRegistry;
  private static ContainerdPlans plans;
  private static Images images;
  private static Containers containers;
  private static String pushed;
  private static String pulled;
  private static String zstd;
  private static String unserved;
  private static Map<String, ImageId> ids;
  private static ContainerdSnapshot stocked;

  /// @param ignoredKind what the engine of all tests is of
  ContainerdRepairIT(EngineKind ignoredKind) {}

  @BeforeParameterizedClassInvocation
  static void stockAnEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    images = new Images(engine);
    containers = new Containers(engine);
    registry = Registry.start(engine.directory().resolve("registry"));
    lostRegistry = Registry.start(engine.directory().resolve("lost"));
    pushed =
        buildAndPush("pushed:1", Images.with(Images.BASE, "RUN echo pushed >/pushed"), registry);
    unserved =
        buildAndPush("unserved:1", Images.with(Images.BASE, "RUN echo >/gone"), lostRegistry);
    lostRegistry.close();
    pulled = buildAndPush("pulled:1", Images.VARIED, registry);
    images.remove(pulled);
    zstd = pushZstd();
    engine.docker("builder", "prune", "--all", "--force");
    images.pull(pulled);
    images.pull(zstd);
    moveTagOfPulled();
    images.buildKit(LOCAL, Images.with(Images.BASE, "RUN echo local >/local"));
    engine.docker("save", "--output", archive().toString(), LOCAL);
    containers.run("written", pulled);
    containers.exec("written", "echo work >/work");
    containers.stop("written");
    plans = ContainerdPlans.start(engine, Duration.ofHours(1));
    ids = new HashMap<>();
    for (String image : List.of(pushed, pulled, zstd, LOCAL, unserved)) {
      ids.put(image, images.id(image));
    }
    BuildHistory.settle(engine);
    ObservedStore observed = plans.observed();
    assertThat(observed.report().findings()).isEmpty();
    stocked = (ContainerdSnapshot) observed.store();
  }

  @AfterParameterizedClassInvocation
  static void removeEngine() throws IOException {
    plans.close();
    engine.close();
    registry.close();
    lostRegistry.close();
  }

  /// The store is as it was, whatever a test has found.
  @AfterEach
  void nothingIsLeftBehind() throws IOException, InterruptedException {
    try (Stream<Path> left = Files.list(engine.containerdRoot())) {
      for (Path aside :
          left.filter(it -> it.getFileName().toString().startsWith(".docker-image-")).toList()) {
        DataRoots.remove(aside);
      }
    }
  }

  @Test
  void aLostIndexIsFetchedAgainAndTheHostListsItsImages() throws IOException, InterruptedException {
    Files.delete(file(blob(pushed, Role.INDEX)));
    assertThatThrownBy(() -> engine.docker("system", "df")).hasMessageContaining("sha256:");

    assertThat(plans.repair()).contains("\nput 'sha256:");
    allIsWell();
  }

  /// Docker says where it is since 27.
  @Test
  void thePlanFindsTheSocketOfContainerd() throws IOException, InterruptedException {
    removeRecord(blob(pushed, Role.LAYER).digest());

    Program.Outcome outcome = plans.runAsItIs(plans.plan(), Map.of());

    if (engine.majorVersion() < 27) {
      assertThat(outcome.complaints())
          .contains("no containerd with the root %s answers".formatted(engine.containerdRoot()))
          .contains("set CONTAINERD_ADDRESS to its socket");
      plans.repair();
    } else {
      assertThat(outcome.status()).as(outcome.complaints()).isZero();
    }
    allIsWell();
  }

  @Test
  void oneOfEachKindOfBlobIsFetchedAgain() throws IOException, InterruptedException {
    for (Role role : EnumSet.complementOf(EnumSet.of(Role.KEPT))) {
      Files.delete(file(blob(pushed, role)));
    }

    plans.repair();

    allIsWell();
  }

  /// Of different images: what stands below a damaged one is only seen when that is repaired.
  @Test
  void blobsWithOtherBytesAreMovedAsideAndFetchedAgain() throws IOException, InterruptedException {
    var damaged = new HashMap<Path, byte[]>();
    for (NamedBlob blob :
        List.of(blob(pushed, Role.INDEX), blob(pulled, Role.MANIFEST), blob(zstd, Role.CONFIG))) {
      Path file = file(blob);
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      damaged.put(file, bytes);
    }
    for (var one : damaged.entrySet()) {
      replace(one.getKey(), one.getValue());
    }

    plans.repair();

    for (var one : damaged.entrySet()) {
      assertThat(asideOf(one.getKey())).hasBinaryContent(one.getValue());
    }
    allIsWell();
  }

  @Test
  void aBlobThatIsCutEmptyOrADirectoryIsFetchedAgain() throws IOException, InterruptedException {
    Path index = file(blob(pushed, Role.INDEX));
    Path layer = file(blob(pushed, Role.LAYER));
    Path config = file(blob(pushed, Role.CONFIG));
    replace(index, Arrays.copyOf(Files.readAllBytes(index), 20));
    replace(layer, new byte[0]);
    Files.delete(config);
    Files.createDirectory(config);

    plans.repair();

    assertThat(asideOf(config)).isDirectory();
    allIsWell();
  }

  /// By its digest: the tag of the image stands for another one in the registry by now.
  @Test
  void everyBlobOfAnImageIsFetchedThoughItsTagHasMoved() throws IOException, InterruptedException {
    for (NamedBlob blob : blobs(pulled)) {
      if (blob.isRecorded()) {
        Files.delete(file(blob));
      }
    }

    plans.repair();

    assertThat(images.id(pulled)).isEqualTo(ids.get(pulled));
    allIsWell();
  }

  @Test
  void blobsWithoutRecordAreTakenAgain() throws IOException, InterruptedException {
    for (Role role : List.of(Role.CONFIG, Role.LAYER)) {
      removeRecord(blob(pushed, role).digest());
    }

    assertThat(plans.repair()).contains("\ningest 'sha256:");
    allIsWell();
  }

  @Test
  void aManifestWithoutRecordIsFetchedWithAllThatItNames()
      throws IOException, InterruptedException {
    String names = engine.ctr("--namespace=moby", "images", "ls", "--quiet");
    removeRecord(blob(pushed, Role.MANIFEST).digest());

    assertThat(plans.repair()).contains("\nfetch_image '" + registry.address());
    allIsWell();
    assertThat(engine.ctr("--namespace=moby", "images", "ls", "--quiet")).isEqualTo(names);
  }

  @Test
  void aRegistryThatIsAwayStopsThePlanBeforeAnythingIsChanged()
      throws IOException, InterruptedException {
    Path served = file(blob(pushed, Role.MANIFEST));
    Path index = file(blob(unserved, Role.INDEX));
    byte[] ofIndex = Files.readAllBytes(index);
    byte[] ofServed = Files.readAllBytes(served);
    replace(served, new byte[20]);
    Files.delete(index);
    String before = listing();

    Program.Outcome outcome = plans.run(plans.plan(), Map.of());

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.complaints())
        .contains("sha256:" + index.getFileName() + ": not served by " + lostRegistry.address());
    assertThat(listing()).isEqualTo(before);
    replace(served, ofServed);
    Files.write(index, ofIndex);
    allIsWell();
  }

  @Test
  void aBlobOfThisHostAloneIsTakenFromAnArchive() throws IOException, InterruptedException {
    Path index = file(blob(LOCAL, Role.INDEX));
    Files.delete(index);
    Files.delete(file(blob(pushed, Role.INDEX)));

    String plan = plans.plan();
    Program.Outcome without = plans.run(plan, Map.of());

    assertThat(plan).contains("Index sha256:" + index.getFileName() + " of local:1: no registry");
    assertThat(without.complaints()).contains("set ARCHIVE to an archive that has it");
    assertThat(without.status()).isZero();
    assertThat(plans.findings()).hasSize(1);
    assertThat(plans.run(plans.plan(), Map.of("ARCHIVE", archive().toString())).status()).isZero();
    allIsWell();
  }

  /// They have whiteouts, hard links, a named pipe.
  @Test
  void lostLayersAreUnpackedAgain() throws IOException, InterruptedException {
    var before = new LinkedHashMap<Path, String>();
    for (int layer = 0; layer < 5; layer++) {
      Path directory = directory(pulled, layer);
      before.put(directory, tree(directory));
    }
    for (Path directory : before.keySet()) {
      DataRoots.remove(directory);
    }

    plans.repair();

    for (var one : before.entrySet()) {
      assertThat(tree(one.getKey())).isEqualTo(one.getValue());
    }
    allIsWell();
  }

  /// Its directory stays beside the store; a container that runs on it would keep the old files.
  @Test
  void aLayerWithOtherFilesIsUnpackedAgain() throws IOException, InterruptedException {
    Path directory = directory(pulled, 0).resolve("fs");
    String before = tree(directory);
    containers.run("user", pulled);
    replace(directory.resolve("bin/busybox"), new byte[0]);
    Files.writeString(directory.resolve("added"), "content");

    assertThat(plans.run(plans.plan("--scrub"), Map.of()).complaints())
        .contains("in use; stop the containers");
    containers.stop("user");
    Program.Outcome outcome = plans.run(plans.plan("--scrub"), Map.of());

    assertThat(outcome.status()).as(outcome.complaints()).isZero();
    assertThat(tree(directory)).isEqualTo(before);
    engine.docker("rm", "user");
    allIsWell();
  }

  @Test
  void aLayersBlobWithOtherBytesIsFetchedAgain() throws IOException, InterruptedException {
    Path layer = file(blob(pushed, Role.LAYER));
    byte[] bytes = Files.readAllBytes(layer);
    bytes[bytes.length / 2] ^= 1;
    replace(layer, bytes);

    assertThat(plans.run(plans.plan("--scrub"), Map.of()).status()).isZero();

    assertThat(asideOf(layer)).hasBinaryContent(bytes);
    allIsWell();
  }

  @Test
  void lostLayersAreUnpackedFromZstdAndFromWhatIsFetched()
      throws IOException, InterruptedException {
    Path fs = directory(zstd, 2).resolve("fs");
    Path base = directory(pushed, 0);
    DataRoots.remove(fs);
    DataRoots.remove(base);
    Files.delete(file(blob(zstd, Role.LAYER)));

    plans.repair();

    allIsWell();
  }

  @Test
  void aContainerThatHasLostItsDirectoriesStartsAgain() throws IOException, InterruptedException {
    String id = engine.docker("inspect", "--format", "{{.Id}}", "written");
    for (String key : List.of(id, ContainerdSnapshot.initOf(id))) {
      DataRoots.remove(Objects.requireNonNull(stocked.snapshotDirectories().get(key)));
    }
    assertThat(plans.findings())
        .extracting(finding -> finding.problem().kind())
        .containsExactly(Kind.CONTAINER_MOUNT_MISSING);
    assertThatThrownBy(() -> engine.docker("system", "df")).hasMessageContaining("lstat");
    assertThatThrownBy(() -> engine.docker("ps", "--all", "--size")).hasMessageContaining("lstat");

    assertThat(plans.plan()).contains(": what it wrote is lost");
    plans.repair();

    engine.docker("start", "written");
    engine.docker("stop", "--time=0", "written");
    allIsWell();
  }

  /// The login of the engine's own client is not ctr's.
  @Test
  void aBlobOfARegistryThatAsksForALoginIsFetchedWithIt() throws IOException, InterruptedException {
    try (var closed = Registry.startWithLogin(engine.directory().resolve("closed"))) {
      String login = Registry.USER + ":" + Registry.PASSWORD;
      engine.docker(
          "login",
          "--username=" + Registry.USER,
          "--password=" + Registry.PASSWORD,
          closed.address());
      String image =
          buildAndPush("closed:1", Images.with(Images.BASE, "RUN echo >/closed"), closed);
      Files.delete(blobs().resolve(images.id(image).digest().hex()));

      assertThat(plans.run(plans.plan(), Map.of()).complaints())
          .contains("not served by " + closed.address());
      assertThat(plans.run(plans.plan(), Map.of("REGISTRY_LOGIN", login)).status()).isZero();

      containers.tryOut(image);
      images.remove(image);
      BuildHistory.settle(engine);
      allIsWell();
    }
  }

  @Test
  void aNameThatStandsForNothingIsRemovedAndTheHostListsItsImages()
      throws IOException, InterruptedException {
    for (String damaged : List.of("docker.io/library/broken:1", "docker.io/library/empty:1")) {
      addBrokenName(damaged, damaged.contains("broken") ? "garbage" : "");
      assertThatThrownBy(() -> engine.docker("images")).hasMessageContaining("failed validation");

      assertThat(plans.repair()).contains("\nremove_name '" + damaged + "'\n");
      allIsWell();
    }
  }

  private static void addBrokenName(String name, String digest) throws IOException {
    engine.stop();
    ContainerdSample.at(engine.dataRoot())
        .changeMeta(
            root ->
                bucket(root, "v1", "moby", "images")
                    .with(
                        name,
                        new BoltTree.Bucket()
                            .with(
                                "target",
                                new BoltTree.Bucket()
                                    .with("digest", digest)
                                    .with(
                                        "mediatype", "application/vnd.oci.image.index.v1+json"))));
    engine.restart();
  }

  /// All images run, are listed and saved, and a scan finds nothing.
  private static void allIsWell() throws IOException, InterruptedException {
    assertThat(plans.findings()).isEmpty();
    for (String image : List.of(pushed, pulled, zstd, LOCAL)) {
      containers.tryOut(image);
    }
    assertThat(engine.docker("images")).contains(registry.address() + "/pushed");
    assertThat(engine.docker("system", "df")).contains("Images");
    assertThat(savedBlobs(pushed))
        .containsAll(blobs(pushed).stream().map(NamedBlob::digest).toList());
  }

  private static List<Digest> savedBlobs(String image) throws IOException, InterruptedException {
    Path saved = engine.directory().resolve("saved.tar");
    images.save(saved, image);
    return Program.of("tar", "-tf", saved.toString())
        .run()
        .lines()
        .filter(name -> name.matches("blobs/sha256/[0-9a-f]{64}"))
        .map(name -> Digest.parse("sha256:" + name.substring(name.lastIndexOf('/') + 1)))
        .toList();
  }

  private static String buildAndPush(String name, List<String> dockerfile, Registry to)
      throws IOException, InterruptedException {
    images.buildKit(name, dockerfile);
    String there = images.push(name, to);
    images.remove(name);
    return there;
  }

  private static String pushZstd() throws IOException, InterruptedException {
    String name = registry.address() + "/zstd:1";
    Path dockerfile = engine.directory().resolve("Dockerfile.zstd");
    Files.write(dockerfile, Images.with(Images.BASE, "RUN echo zstd >/zstd"));
    engine.docker(
        "buildx",
        "build",
        "--quiet",
        "--network=none",
        "--provenance=false",
        "--output=type=image,oci-mediatypes=true,compression=zstd,force-compression=true,push=true,name="
            + name,
        "--file=" + dockerfile,
        images.context().toString());
    images.remove(name);
    return name;
  }

  private static void moveTagOfPulled() throws IOException, InterruptedException {
    String id = images.id(pulled).toString();
    images.buildKit("other:1", List.of("FROM scratch", "LABEL moved=yes"));
    engine.docker("tag", "other:1", registry.address() + "/moved:1");
    engine.docker("tag", pulled, "kept:1");
    engine.docker("tag", "other:1", pulled);
    engine.docker("push", "--quiet", pulled);
    engine.docker("tag", "kept:1", pulled);
    images.remove("kept:1", "other:1", registry.address() + "/moved:1");
    assertThat(images.id(pulled)).hasToString(id);
  }

  private static List<NamedBlob> blobs(String image) {
    return stocked.namedBlobs().values().stream()
        .filter(blob -> blob.images().contains(ids.get(image)))
        .toList();
  }

  /// One of an image's own blobs, the largest.
  private static NamedBlob blob(String image, Role role) {
    return blobs(image).stream()
        .filter(blob -> blob.role() == role && blob.isRecorded() && blob.images().size() == 1)
        .max((one, other) -> Long.compare(one.describedBytes(), other.describedBytes()))
        .orElseThrow();
  }

  private static Path blobs() {
    return engine.containerdRoot().resolve("io.containerd.content.v1.content/blobs/sha256");
  }

  private static Path file(NamedBlob blob) {
    return blobs().resolve(blob.digest().hex());
  }

  private static Path directory(String image, int layer) {
    ChainId chain =
        Objects.requireNonNull(stocked.images().get(ids.get(image))).rootFs().chainIds().get(layer);
    return Objects.requireNonNull(stocked.layerDirectories().get(chain)).path();
  }

  /// Removes the record of a blob from all namespaces, and leaves its file.
  private static void removeRecord(Digest digest) throws IOException, InterruptedException {
    Path file = blobs().resolve(digest.hex());
    byte[] bytes = Files.readAllBytes(file);
    for (String namespace : List.of("moby", "moby_history")) {
      engine.ctr("--namespace=" + namespace, "content", "rm", digest.toString());
    }
    plans.collect();
    assertThat(file).doesNotExist();
    Files.write(file, bytes);
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    Files.delete(file);
    Files.write(file, bytes);
  }

  private static Path asideOf(Path file) throws IOException {
    try (Stream<Path> found = Files.walk(engine.containerdRoot(), 3)) {
      return found
          .filter(it -> it.getFileName().equals(file.getFileName()) && !it.equals(file))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path archive() {
    return engine.directory().resolve("local.tar");
  }

  /// Everything in the store but its databases, which a mere look at them by `ctr` changes.
  private static String listing() throws IOException, InterruptedException {
    return Program.of(
            "find",
            engine.containerdRoot().toString(),
            "-name",
            "*.db",
            "-prune",
            "-o",
            "-printf",
            "%P %y %s %m %i\\n")
        .run()
        .lines()
        .sorted()
        .collect(joining("\n"));
  }

  /// What a layer's directory has, times of what only the snapshotter makes aside.
  private static String tree(Path directory) throws IOException, InterruptedException {
    return Program.of("find", directory.toString(), "-printf", "%P %y %s %m %U %G %n %l\\n")
        .run()
        .lines()
        .sorted()
        .collect(joining("\n"));
  }
}

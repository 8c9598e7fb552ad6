package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dockerimageexporter.check.ContainerdProblem.BlobDigestMismatch;
import io.github.dockerimageexporter.content.ScrubScope;
import io.github.dockerimageexporter.engine.BuildHistory;
import io.github.dockerimageexporter.engine.ContainerdStock;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineKind.Origin;
import io.github.dockerimageexporter.engine.EngineNotes;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.OddFiles;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.ShippedUnit;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Layers that real engines made in containerd in every way, scrubbed; and copies of them with one
/// file or blob changed each.
@RequiresEngine
@ParameterizedClass
@MethodSource("kinds")
class ScrubbedContainerdIT {
  static List<EngineKind> kinds() {
    return EngineKind.containerd(
        List.of(
            new EngineKind(Origin.SID, ImageStore.CONTAINERD),
            new EngineKind(Origin.TRIXIE, ImageStore.CONTAINERD)));
  }

  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<FileDamage> DAMAGES = FileDamage.ALL;

  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<Depth> DEPTHS = Arrays.asList(Depth.values());

  private static final Duration SETTLE = Duration.ofMillis(10);
  private static final String PROGRAM = "bin/busybox";

  private static DockerEngine engine;

  private final EngineKind kind;

  ScrubbedContainerdIT(EngineKind kind) {
    this.kind = kind;
  }

  @BeforeParameterizedClassInvocation
  static void stockAnEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    Stock.fill(engine);
    ContainerdStock.add(engine);
    var images = new Images(engine);
    images.importTar(OddFiles.tarIn(engine.directory()), "odd:1");
    images.buildKit(
        "mounts:1",
        Images.with(
            Images.BASE,
            "RUN --mount=type=cache,target=/deep/cache --mount=type=bind,target=/context"
                + " --mount=type=tmpfs,target=/etc/secret echo >/deep/cache/x && echo >/y"));
    images.buildKit("linked:1", Images.with(Images.BASE, "COPY --link busybox /linked/busybox"));
    images.buildKit(
        "changed:1",
        Images.with(
            Images.VARIED,
            "RUN chmod 700 /data/kept && chown 12:34 /data/hard && touch /data/kept/new",
            "RUN mv /data/hard /data/moved && rm -r /data/kept && echo file >/data/kept"));
    images.load(OddFiles.opaqueArchiveIn(engine.directory()));
    pullPacked(images, "uncompressed", "zstd");
    if (kind.origin() == Origin.TRIXIE) { // Debian's 28.5 dies of it.
      pullPacked(images, "estargz");
    }
    BuildHistory.settle(engine);
    engine.stop();
  }

  /// Layers in other forms than those that the engine writes itself.
  private static void pullPacked(Images images, String... forms)
      throws IOException, InterruptedException {
    try (var registry = Registry.start(engine.directory().resolve("packed"), engine.host())) {
      for (String form : forms) {
        String name = registry.address() + "/" + form + ":2";
        images.buildKit(
            Images.with(Images.VARIED, "RUN echo %s >/%s".formatted(form, form)),
            "--provenance=false",
            "--output=type=image,push=true,name=%s,oci-mediatypes=true,force-compression=true"
                    .formatted(name)
                + ",compression="
                + form);
        images.remove(name);
        engine.docker("builder", "prune", "--all", "--force");
        images.pull(name);
      }
    }
  }

  @AfterParameterizedClassInvocation
  static void removeEngine() throws IOException {
    engine.close();
  }

  @AfterEach
  void removeCopy() throws IOException, InterruptedException {
    DataRoots.remove(copyDirectory());
    DataRoots.remove(copyOfContainerd());
  }

  @ParameterizedTest
  @FieldSource("DEPTHS")
  void everyLayerIsVerifiedWhoseBlobIsHere(Depth depth) throws InterruptedException {
    ObservedStore observed = scan(original(), depth);

    assertThat(observed.report().findings()).as("on %s", kind).isEmpty();
    ScrubTally tally = observed.scrub().at(depth).orElseThrow();
    assertThat(tally.unverifiable()).isEqualTo(Map.of());
    assertThat(tally.verified()).isEqualTo(observed.store().layers().size());
    assertThat(tally.bytes() > 0).isEqualTo(depth == Depth.CONTENT);
  }

  /// As where it is read-only, or closed to programs: the library for zstd is next to the jar.
  @Test
  void layersAreVerifiedWithoutATemporaryDirectory() throws IOException, InterruptedException {
    var environment =
        Map.of(
            "PATH", "/usr/bin:/bin",
            "JAVA_HOME", System.getProperty("java.home"),
            "DOCKER_IMAGE_EXPORTER_JAVA_OPTS", "-Djava.io.tmpdir=/proc");
    var command =
        new ArrayList<String>(List.of(ExporterProcess.launcher().toString(), "check", "--scrub"));
    command.addAll(engine.exporterFlags());

    assertThat(new Program(environment, command).run())
        .containsPattern("[0-9]+ layers verified: [0-9,]+ files")
        .doesNotContain("unverifiable");
  }

  /// What it may not read is unverifiable, and damage to all else is found.
  @Test
  void theShippedUnitSeesAsMuchAsItMay() throws IOException, InterruptedException {
    ContainerdRoot root = copy();
    List<String> flags =
        List.of("--docker.root=" + copyDirectory(), "--containerd.root=" + copyOfContainerd());
    int layers = root.healthy().layers().size();

    assertThat(ShippedUnit.scrub(kind.host().rights(), flags))
        .matches(scrub -> scrub.text().contains(", no problems") && scrub.layers() == layers)
        .matches(scrub -> ShippedUnit.LIMITS.containsAll(scrub.unverifiable().keySet()));

    ChainId layer = root.chain(root.varied()).getFirst();
    FileDamage.flip(content(root, layer).resolve(PROGRAM));

    assertThat(ShippedUnit.scrub(kind.host().rights(), flags).text())
        .contains("layer_file_checksum_mismatch", layer.toString(), PROGRAM);
  }

  @ParameterizedTest
  @FieldSource("DAMAGES")
  void oneChangedFileIsOneProblem(FileDamage damage) throws IOException, InterruptedException {
    ContainerdRoot root = copy();
    ChainId layer = root.chain(root.varied()).getFirst();

    damage.act().on(content(root, layer).resolve(PROGRAM));

    assertThat(scan(root, Depth.CONTENT).report().findings())
        .map(ContentFinding::new)
        .containsExactly(found(root, layer, damage.expected(), PROGRAM));
    noteFound(damage.toString());
  }

  @Test
  void whatWasAddedIsOneProblem() throws IOException, InterruptedException {
    ContainerdRoot root = copy();
    Files.writeString(content(root, root.middle()).resolve("added"), "content");

    assertThat(scan(root, Depth.SHAPE).report().findings())
        .map(ContentFinding::new)
        .containsExactly(found(root, root.middle(), Fault.FILE_UNEXPECTED, "added"));
    noteFound("added");
  }

  @Test
  void aLostWhiteoutIsOneProblem() throws IOException, InterruptedException {
    ContainerdRoot root = copy();
    Path removed = content(root, root.top()).resolve("data/two");
    if (isWholeTree()) {
      Files.writeString(removed, "two\n");
    } else {
      Files.delete(removed);
    }

    assertThat(scan(root, Depth.SHAPE).report().findings())
        .map(ContentFinding::new)
        .containsExactly(
            isWholeTree()
                ? found(root, root.top(), Fault.FILE_UNEXPECTED, "data/two")
                : found(root, root.top(), Fault.FILE_MISSING, "data/.wh.two"));
    noteFound("lost whiteout");
  }

  @Test
  void aDirectoryThatShowsWhatItHidIsOneProblem() throws IOException, InterruptedException {
    assumeThat(isWholeTree()).isFalse();
    ContainerdRoot root = copy();
    ChainId top = root.chain(root.image("opaque:1")).getLast();
    Path opaque = content(root, top).resolve("d");
    Path plain = Files.createDirectory(opaque.resolveSibling("plain"));
    FileDamage.giveOwnerAndMode(opaque, plain);
    Files.move(opaque.resolve("new"), plain.resolve("new"));
    // A user's engine marks nothing, but has a whiteout.
    Files.deleteIfExists(opaque.resolve("hidden"));
    Files.delete(opaque);
    Files.move(plain, opaque);

    assertThat(scan(root, Depth.SHAPE).report().findings())
        .map(ContentFinding::new)
        .containsExactly(found(root, top, Fault.FILE_MISSING, "d/.wh..wh..opq"));
    noteFound("lost opaque mark");
  }

  private void noteFound(String damage) throws IOException {
    EngineNotes.shown(kind, EngineNotes.Column.FILES, damage, 1);
  }

  @Test
  void oneChangedByteOfABlobIsOneProblemOfTheBlob() throws IOException, InterruptedException {
    ContainerdRoot root = copy();
    Digest blob = blobOf(root, root.middle());
    FileDamage.flip(root.sample().blob(blob));

    ObservedStore observed = scan(root, Depth.CONTENT);

    assertThat(observed.report().findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(((BlobDigestMismatch) finding.problem()).blob()).isEqualTo(blob);
              assertThat(finding.affectedImages()).containsAll(imagesNaming(root, blob));
            });
    assertThat(observed.scrub().at(Depth.CONTENT).orElseThrow().unverifiable())
        .containsOnlyKeys("a blob of it does not hash to its name");
    noteFound("changed blob");
  }

  @Test
  void aLayerWhoseBlobIsGoneIsUnverifiable() throws IOException, InterruptedException {
    ContainerdRoot root = copy();
    Digest blob = blobOf(root, root.middle());
    Files.delete(root.sample().blob(blob));
    root.forget(blob);

    ObservedStore observed = scan(root, Depth.CONTENT);

    assertThat(observed.scrub().at(Depth.CONTENT).orElseThrow().unverifiable())
        .containsEntry(
            "its blob was not fetched, or containerd has dropped it",
            observed.store().layers().keySet().stream()
                .filter(
                    layer ->
                        blobs(root).get(layer) instanceof LayerRecord.Blob other
                            && other.digest().equals(blob))
                .toList());
  }

  private static ContentFinding found(
      ContainerdRoot root, ChainId layer, Fault fault, String file) {
    return new ContentFinding(
        layer.toString(),
        fault,
        List.of(file),
        root.imagesOf(layer).stream().map(Object::toString).collect(toCollection(TreeSet::new)));
  }

  private Path content(ContainerdRoot root, ChainId layer) {
    Path directory = root.directoryOf(layer.toString());
    return isWholeTree() ? directory : directory.resolve("fs");
  }

  private boolean isWholeTree() {
    return kind.store() == ImageStore.NATIVE;
  }

  private static Map<ChainId, LayerRecord> blobs(ContainerdRoot root) {
    return root.healthy().layerRecords();
  }

  private static Digest blobOf(ContainerdRoot root, ChainId layer) {
    return ((LayerRecord.Blob) Objects.requireNonNull(blobs(root).get(layer))).digest();
  }

  private static Set<ImageId> imagesNaming(ContainerdRoot root, Digest blob) {
    return root.healthy().namedBlobs().values().stream()
        .filter(named -> named.digest().equals(blob))
        .flatMap(named -> named.images().stream())
        .collect(toSet());
  }

  private ContainerdRoot copy() throws IOException, InterruptedException {
    DataRoots.copy(engine.dataRoot(), copyDirectory());
    if (!hasItsOwnContainerd()) {
      DataRoots.copy(engine.containerdRoot(), copyOfContainerd());
    }
    var sample = ContainerdSample.at(copyDirectory(), copyOfContainerd(), kind.store().driver());
    return new ContainerdRoot(sample, sample.read());
  }

  private ContainerdSample original() {
    return ContainerdSample.at(engine.dataRoot(), engine.containerdRoot(), kind.store().driver());
  }

  private static boolean hasItsOwnContainerd() {
    return engine.containerdRoot().startsWith(engine.dataRoot());
  }

  private static Path copyDirectory() {
    return engine.dataRoot().resolveSibling("copy");
  }

  private static Path copyOfContainerd() {
    Path home = engine.containerdRoot();
    return hasItsOwnContainerd()
        ? copyDirectory().resolve(engine.dataRoot().relativize(home))
        : home.resolveSibling("containerd-copy");
  }

  private static ObservedStore scan(ContainerdRoot root, Depth depth) throws InterruptedException {
    return scan(root.sample(), depth);
  }

  private static ObservedStore scan(ContainerdSample sample, Depth depth)
      throws InterruptedException {
    return new StoreScanner(
            sample.dataRoot(),
            sample.settings(),
            SETTLE,
            Duration.ofHours(1),
            InstantSource.system())
        .scanAndScrub(1, ScrubScope.everyLayer(depth))
        .stores()
        .getFirst();
  }
}

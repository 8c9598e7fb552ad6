package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dockerimageexporter.content.ScrubScope;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineFigures;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineNotes;
import io.github.dockerimageexporter.engine.Host;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.OddFiles;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.engine.StockedRoot;
import io.github.dockerimageexporter.engine.exporter.ShippedUnit;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Layers that real engines made in every way, scrubbed; and copies of them with one file changed
/// each.
@RequiresEngine
@ParameterizedClass
@MethodSource("io.github.dockerimageexporter.engine.EngineKind#graphDrivers")
class ScrubbedDockerIT {
  private static final Duration SETTLE = Duration.ofMillis(10);
  private static final String PROGRAM = "bin/busybox";

  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<FileDamage> DAMAGES = FileDamage.ALL;

  private static DockerEngine engine;
  private static EngineFigures figures;

  private final EngineKind kind;

  ScrubbedDockerIT(EngineKind kind) {
    this.kind = kind;
  }

  @BeforeParameterizedClassInvocation
  static void stockAnEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    Stock.fill(engine);
    var images = new Images(engine);
    images.importTar(OddFiles.tarIn(engine.directory()), "odd:1");
    images.buildKit(
        "mounts:1",
        Images.with(
            Images.BASE,
            "RUN --mount=type=cache,target=/deep/cache echo >/deep/cache/x && echo >/y"));
    images.load(OddFiles.opaqueArchiveIn(engine.directory()));
    figures = EngineFigures.of(engine);
    engine.stop();
  }

  @AfterParameterizedClassInvocation
  static void removeEngine() throws IOException {
    engine.close();
  }

  @AfterEach
  void removeCopy() throws IOException, InterruptedException {
    DataRoots.remove(copyDirectory());
  }

  @ParameterizedTest
  @FieldSource("DEPTHS")
  void everyLayerIsVerified(Depth depth) throws InterruptedException {
    ObservedStore observed = scan(engine.dataRoot(), depth);

    assertThat(observed.report().findings()).isEmpty();
    ScrubTally tally = observed.scrub().tallies().getFirst();
    assertThat(tally.unverifiable()).isEqualTo(Map.of());
    assertThat(tally.verified()).isEqualTo(observed.store().layers().size());
    assertThat(tally.bytes() > 0).isEqualTo(depth == Depth.CONTENT);
  }

  /// What it may not read is unverifiable, and damage to all else is found.
  @Test
  void theShippedUnitSeesAsMuchAsItMay() throws IOException, InterruptedException {
    StockedRoot root = copy();
    List<String> flags = List.of("--docker.root=" + root.directory());
    int layers = scan(root.directory(), Depth.SHAPE).store().layers().size();

    assertThat(ShippedUnit.scrub(kind.host().rights(), flags))
        .matches(scrub -> scrub.text().contains(", no problems") && scrub.layers() == layers)
        .matches(scrub -> ShippedUnit.LIMITS.containsAll(scrub.unverifiable().keySet()));

    FileDamage.flip(root.directory().resolve(root.content(root.base()), PROGRAM));

    assertThat(ShippedUnit.scrub(kind.host().rights(), flags).text())
        .contains("layer_file_checksum_mismatch", root.base(), PROGRAM);
  }

  static final List<Depth> DEPTHS = Arrays.asList(Depth.values());

  @ParameterizedTest
  @FieldSource("DAMAGES")
  void oneChangedFileIsOneProblem(FileDamage damage) throws IOException, InterruptedException {
    StockedRoot root = copy();
    Path file = root.directory().resolve(root.content(root.base()), PROGRAM);

    damage.act().on(file);

    assertThat(scan(root.directory(), Depth.CONTENT).report().findings())
        .map(ContentFinding::new)
        .containsExactly(
            new ContentFinding(
                root.base(),
                damage.expected(),
                List.of(PROGRAM),
                new TreeSet<>(root.imagesOf(root.base()))));
    noteFound(damage.toString());
  }

  @Test
  void whatWasAddedIsOneProblem() throws IOException, InterruptedException {
    StockedRoot root = copy();
    Path added = root.directory().resolve(root.content(root.middle()), "added");
    Files.createDirectory(added);
    Files.writeString(added.resolve("file"), "content");

    assertThat(scan(root.directory(), Depth.SHAPE).report().findings())
        .map(ContentFinding::new)
        .containsExactly(
            new ContentFinding(
                root.middle(),
                Fault.FILE_UNEXPECTED,
                // There, a directory can be a copy of a lower layer's.
                List.of(comparesTrees() ? "added/file" : "added"),
                new TreeSet<>(root.imagesOf(root.middle()))));
    noteFound("added");
  }

  @Test
  void aLostWhiteoutIsOneProblem() throws IOException, InterruptedException {
    StockedRoot root = copy();
    String top = root.image().chainIds().getLast();
    Path removed = root.directory().resolve(root.content(top), "data/two");
    Path whiteout =
        kind.store() == ImageStore.FUSE_OVERLAYFS ? removed.resolveSibling(".wh.two") : removed;
    if (root.isWholeTree()) {
      Files.writeString(removed, "two\n");
    } else {
      Files.delete(whiteout);
    }

    assertThat(scan(root.directory(), Depth.SHAPE).report().findings())
        .map(ContentFinding::new)
        .containsExactly(
            new ContentFinding(
                top,
                root.isWholeTree() ? Fault.FILE_UNEXPECTED : Fault.FILE_MISSING,
                List.of(root.isWholeTree() ? "data/two" : "data/.wh.two"),
                new TreeSet<>(root.imagesOf(top))));
    noteFound("lost whiteout");
  }

  @Test
  void aDirectoryThatShowsWhatItHidIsOneProblem() throws IOException, InterruptedException {
    StockedRoot root = copy();
    assumeThat(kind.store()).isEqualTo(ImageStore.OVERLAY2);
    assumeThat(comparesTrees()).isFalse();
    String top = root.image().chainIds().getLast();
    Path opaque = root.directory().resolve(root.content(top), "data/kept");
    Path plain = Files.createDirectory(opaque.resolveSibling("plain"));
    FileDamage.giveOwnerAndMode(opaque, plain);
    Files.move(opaque.resolve("new"), plain.resolve("new"));
    Files.delete(opaque);
    Files.move(plain, opaque);

    assertThat(scan(root.directory(), Depth.SHAPE).report().findings())
        .map(ContentFinding::new)
        .containsExactly(
            new ContentFinding(
                top,
                Fault.FILE_MISSING,
                List.of("data/kept/.wh..wh..opq"),
                new TreeSet<>(root.imagesOf(top))));
    noteFound("lost opaque mark");
  }

  /// Whether the engine makes the tar of a layer from whole trees compared, so that no directory in
  /// it is opaque.
  private boolean comparesTrees() {
    return kind.store() == ImageStore.FUSE_OVERLAYFS || kind.host() == Host.ROOTLESS;
  }

  private void noteFound(String damage) throws IOException {
    EngineNotes.shown(kind, EngineNotes.Column.FILES, damage, 1);
  }

  private StockedRoot copy() throws IOException, InterruptedException {
    DataRoots.copy(engine.dataRoot(), copyDirectory());
    return StockedRoot.of(copyDirectory(), kind.layout(), figures, "varied:classic");
  }

  private static Path copyDirectory() {
    return engine.dataRoot().resolveSibling("copy");
  }

  private static ObservedStore scan(Path dataRoot, Depth depth) throws InterruptedException {
    return new StoreScanner(dataRoot, SETTLE, Duration.ofHours(1), InstantSource.system())
        .scanAndScrub(1, ScrubScope.everyLayer(depth))
        .stores()
        .getFirst();
  }
}

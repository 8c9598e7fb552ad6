package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dockerimageexporter.check.ContentProblem;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.content.ScrubScope;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineFigures;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.engine.StockedRoot;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Layers that real engines made in every way, scrubbed; and copies of them with one file changed
/// each.
@RequiresEngine
@ParameterizedClass
@FieldSource("io.github.dockerimageexporter.engine.EngineKind#GRAPH_DRIVERS")
class ScrubbedDockerIT {
  private static final Duration SETTLE = Duration.ofMillis(10);
  private static final String PROGRAM = "bin/busybox";

  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<FileDamage> DAMAGES =
      List.of(
          new FileDamage("one byte flipped", Fault.FILE_CHECKSUM, ScrubbedDockerIT::flip),
          new FileDamage("emptied", Fault.FILE_SIZE, file -> rewrite(file, new byte[0])),
          new FileDamage("cut", Fault.FILE_SIZE, file -> resize(file, -4096)),
          new FileDamage("grown", Fault.FILE_SIZE, file -> resize(file, 1)),
          new FileDamage("deleted", Fault.FILE_MISSING, Files::delete),
          new FileDamage("replaced by a link", Fault.FILE_METADATA, ScrubbedDockerIT::link),
          new FileDamage("replaced by a directory", Fault.FILE_METADATA, ScrubbedDockerIT::enclose),
          new FileDamage("mode changed", Fault.FILE_METADATA, file -> copy(file, "rwx------")));

  private static DockerEngine engine;
  private static EngineFigures figures;

  private final String driver;

  ScrubbedDockerIT(EngineKind kind) {
    this.driver = kind.store().driver();
  }

  /// Changes one file.
  @FunctionalInterface
  interface Act {
    void on(Path file) throws IOException;
  }

  record FileDamage(String name, Fault expected, Act act) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// A problem of a layer's content, and the images behind it.
  private record Found(String layer, Fault fault, List<String> files, Set<String> images) {
    Found(Finding finding) {
      this((ContentProblem) finding.problem(), finding);
    }

    private Found(ContentProblem problem, Finding finding) {
      this(
          problem.layer().toString(),
          problem.fault(),
          problem.files().first().stream().map(each -> each.replaceFirst(" \\(.*", "")).toList(),
          finding.affectedImages().stream()
              .map(Object::toString)
              .collect(toCollection(TreeSet::new)));
    }
  }

  @BeforeParameterizedClassInvocation
  static void stockAnEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    Stock.fill(engine);
    var images = new Images(engine);
    images.importTar(oddFiles(), "odd:1");
    images.buildKit(
        "mounts:1",
        Images.with(
            Images.BASE,
            "RUN --mount=type=cache,target=/deep/cache echo >/deep/cache/x && echo >/y"));
    figures = EngineFigures.of(engine);
    engine.stop();
  }

  /// A tar of files that few layers have: setuid, devices, long names, names that are not UTF-8,
  /// owners, another name for a device, and the header that git writes.
  private static Path oddFiles() throws IOException, InterruptedException {
    Path tar = engine.directory().resolve("odd.tar");
    String script =
        """
        set -e
        mkdir "$1.d"; cd "$1.d"
        long=$(printf 'n%.0s' $(seq 200)); mkdir -p "$long/$long"; echo long >"$long/$long/$long"
        echo bytes >"$(printf 'bad\\377\\376')"; echo unicode >"$(printf 'caf\\303\\251')"
        echo setuid >setuid; chmod 6755 setuid; mkdir -m 1777 sticky; echo owned >owned
        chown 1234:70000 owned; mknod null c 1 3; mknod loop b 7 9; mkfifo pipe; ln null other
        ln -s "$long/$long" link; : >empty; head -c 3000000 /dev/urandom >large
        tar --format=pax --pax-option=globexthdr.name=g,comment=x --numeric-owner -cf "$1" .
        """;
    Program.of("bash", "-c", script, "odd", tar.toString()).run();
    return tar;
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

  static final List<Depth> DEPTHS = Arrays.asList(Depth.values());

  @ParameterizedTest
  @FieldSource("DAMAGES")
  void oneChangedFileIsOneProblem(FileDamage damage) throws IOException, InterruptedException {
    StockedRoot root = copy();
    Path file = root.directory().resolve(root.content(root.base()), PROGRAM);

    damage.act().on(file);

    assertThat(scan(root.directory(), Depth.CONTENT).report().findings())
        .map(Found::new)
        .containsExactly(
            new Found(
                root.base(),
                damage.expected(),
                List.of(PROGRAM),
                new TreeSet<>(root.imagesOf(root.base()))));
  }

  @Test
  void whatWasAddedIsOneProblem() throws IOException, InterruptedException {
    StockedRoot root = copy();
    Path added = root.directory().resolve(root.content(root.middle()), "added");
    Files.createDirectory(added);
    Files.writeString(added.resolve("file"), "content");

    assertThat(scan(root.directory(), Depth.SHAPE).report().findings())
        .map(Found::new)
        .containsExactly(
            new Found(
                root.middle(),
                Fault.FILE_UNEXPECTED,
                List.of("added"),
                new TreeSet<>(root.imagesOf(root.middle()))));
  }

  @Test
  void aLostWhiteoutIsOneProblem() throws IOException, InterruptedException {
    StockedRoot root = copy();
    String top = root.image().chainIds().getLast();
    Path removed = root.directory().resolve(root.content(top), "data/two");
    boolean isWholeTree = driver.equals("vfs");
    if (isWholeTree) {
      Files.writeString(removed, "two\n");
    } else {
      Files.delete(removed);
    }

    assertThat(scan(root.directory(), Depth.SHAPE).report().findings())
        .map(Found::new)
        .containsExactly(
            new Found(
                top,
                isWholeTree ? Fault.FILE_UNEXPECTED : Fault.FILE_MISSING,
                List.of(isWholeTree ? "data/two" : "data/.wh.two"),
                new TreeSet<>(root.imagesOf(top))));
  }

  @Test
  void aDirectoryThatShowsWhatItHidIsOneProblem() throws IOException, InterruptedException {
    assumeThat(driver).isEqualTo("overlay2");
    StockedRoot root = copy();
    String top = root.image().chainIds().getLast();
    Path opaque = root.directory().resolve(root.content(top), "data/kept");
    Path plain = Files.createDirectory(opaque.resolveSibling("plain"));
    Files.setPosixFilePermissions(plain, Files.getPosixFilePermissions(opaque));
    Files.move(opaque.resolve("new"), plain.resolve("new"));
    Files.delete(opaque);
    Files.move(plain, opaque);

    assertThat(scan(root.directory(), Depth.SHAPE).report().findings())
        .map(Found::new)
        .containsExactly(
            new Found(
                top,
                Fault.FILE_MISSING,
                List.of("data/kept/.wh..wh..opq"),
                new TreeSet<>(root.imagesOf(top))));
  }

  private static void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    rewrite(file, content);
  }

  private static void resize(Path file, int more) throws IOException {
    byte[] content = Files.readAllBytes(file);
    rewrite(file, Arrays.copyOf(content, content.length + more));
  }

  /// Never writes into the file itself, which is linked to another root's.
  private static void rewrite(Path file, byte[] content) throws IOException {
    var permissions = Files.getPosixFilePermissions(file);
    Files.delete(file);
    Files.write(file, content);
    Files.setPosixFilePermissions(file, permissions);
  }

  private static void copy(Path file, String permissions) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static void link(Path file) throws IOException {
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/etc/passwd"));
  }

  private static void enclose(Path file) throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
    Files.writeString(file.resolve("inside"), "content");
  }

  private StockedRoot copy() throws IOException, InterruptedException {
    DataRoots.copy(engine.dataRoot(), copyDirectory());
    return StockedRoot.of(copyDirectory(), driver, figures, "varied:classic");
  }

  private static Path copyDirectory() {
    return engine.directory().resolve("copy");
  }

  private static ObservedStore scan(Path dataRoot, Depth depth) throws InterruptedException {
    return new StoreScanner(dataRoot, SETTLE, Duration.ofHours(1), InstantSource.system())
        .scanAndScrub(1, ScrubScope.everyLayer(depth))
        .stores()
        .getFirst();
  }
}

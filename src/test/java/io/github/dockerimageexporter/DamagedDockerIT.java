package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.engine.Damage;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineFigures;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineNotes;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.engine.StockedRoot;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Copies of a real engine's data root, with one fault each; waste counts at once.
@RequiresEngine
@ParameterizedClass
@FieldSource("io.github.dockerimageexporter.engine.EngineKind#GRAPH_DRIVERS")
class DamagedDockerIT {
  private static final List<Damage> DAMAGES =
      Stream.concat(Damages.ALL.stream(), Incoherences.ALL.stream()).toList();
  private static final Duration SETTLE = Duration.ofMillis(10);

  private static DockerEngine engine;
  private static EngineFigures figures;

  private final EngineKind kind;

  DamagedDockerIT(EngineKind kind) {
    this.kind = kind;
  }

  @BeforeParameterizedClassInvocation
  static void stockAnEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    Stock.fill(engine);
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

  @Test
  void undamagedCopyHasNoProblem() throws IOException, InterruptedException {
    StockedRoot root = copy();

    assertThat(scan(root).report().findings()).isEmpty();
  }

  @Test
  void everyKindOfProblemIsBroughtAbout() {
    assertThat(DAMAGES.stream().map(Damage::expected).collect(toSet()))
        .isEqualTo(Checking.UNSCRUBBED);
  }

  @ParameterizedTest
  @FieldSource("DAMAGES")
  void oneFaultIsOneProblem(Damage damage) throws IOException, InterruptedException {
    StockedRoot root = copy();

    Damage.Trace expected = damage.act().on(root);

    ObservedStore observed = scan(root);
    assertThat(observed.report().findings())
        .map(Found::new)
        .containsExactly(
            new Found(
                damage.expected(), expected.path(), new TreeSet<>(expected.affectedImages())));
    assertThat(texts(observed.consistency().inconsistentImages()))
        .isEqualTo(
            damage.expected().impact() == Impact.WASTE ? Set.of() : expected.affectedImages());
    EngineNotes.shown(kind, EngineNotes.Column.FAULTS, damage.toString(), 1);
  }

  private record Found(Kind kind, String path, Set<String> affectedImages) {
    Found(Finding finding) {
      this(
          finding.problem().kind(),
          finding.problem().path(),
          texts(Set.copyOf(finding.affectedImages())));
    }
  }

  private StockedRoot copy() throws IOException, InterruptedException {
    DataRoots.copy(engine.dataRoot(), copyDirectory());
    return StockedRoot.of(copyDirectory(), kind.layout(), figures, "varied:classic");
  }

  private static Path copyDirectory() {
    return engine.directory().resolve("copy");
  }

  private static ObservedStore scan(StockedRoot root) throws InterruptedException {
    var observed =
        new StoreScanner(root.directory(), SETTLE, Duration.ZERO, InstantSource.system())
            .scanAndMeasure(1);
    return observed.stores().getFirst();
  }

  private static Set<String> texts(Set<ImageId> ids) {
    return ids.stream().map(ImageId::toString).collect(toCollection(TreeSet::new));
  }
}

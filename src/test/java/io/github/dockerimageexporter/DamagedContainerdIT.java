package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.SharedChecks;
import io.github.dockerimageexporter.check.containerd.CheckedSample;
import io.github.dockerimageexporter.check.containerd.ContainerdChecks;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.engine.ContainerdStock;
import io.github.dockerimageexporter.engine.DataRoots;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineNotes;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashSet;
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

/// Copies of a real engine's store in containerd, with one fault each; waste counts at once.
@RequiresEngine
@ParameterizedClass
@FieldSource("KINDS")
class DamagedContainerdIT {
  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<EngineKind> KINDS = EngineKind.newest(ImageStore.CONTAINERD);

  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<ContainerdDamage> DAMAGES = ContainerdDamages.ALL;

  /// What every store is checked for, and what is told there as something else.
  private static final Set<Kind> OF_GRAPH_DRIVERS =
      EnumSet.of(
          Kind.LAYER_EMPTY,
          Kind.LAYER_PARENT_MISSING,
          Kind.CHAIN_TOO_DEEP,
          Kind.IMAGE_PARENT_DANGLING);

  private static final Duration SETTLE = Duration.ofMillis(10);

  private static DockerEngine engine;

  private final EngineKind kind;

  DamagedContainerdIT(EngineKind kind) {
    this.kind = kind;
  }

  @BeforeParameterizedClassInvocation
  static void stockAnEngine(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    Stock.fill(engine);
    ContainerdStock.add(engine);
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
    ObservedStore observed = scan(copy());

    assertThat(observed.report().findings()).isEmpty();
    Set<Kind> withoutTheBlobsOfLayers = kinds();
    withoutTheBlobsOfLayers.remove(Kind.BLOB_DIGEST_MISMATCH);
    assertThat(observed.report().completeKinds()).isEqualTo(withoutTheBlobsOfLayers);
  }

  @Test
  void everyKindOfProblemIsBroughtAbout() {
    Set<Kind> expected = new HashSet<>(kinds());
    expected.removeAll(OF_GRAPH_DRIVERS);

    assertThat(DAMAGES.stream().map(ContainerdDamage::expected).collect(toSet()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @FieldSource("DAMAGES")
  void oneFaultIsOneProblem(ContainerdDamage damage) throws IOException, InterruptedException {
    ContainerdRoot root = copy();

    ContainerdDamage.Trace expected = damage.act().on(root);

    ObservedStore observed = scan(root);
    assertThat(observed.report().findings())
        .as("on %s", kind)
        .map(Found::new)
        .containsExactly(
            new Found(
                "%s %s %s"
                    .formatted(
                        damage.expected().label(), damage.impact().label(), expected.subject()),
                new TreeSet<>(expected.affectedImages())));
    assertThat(observed.consistency().inconsistentImages())
        .isEqualTo(damage.impact() == Impact.WASTE ? Set.of() : expected.affectedImages());
    EngineNotes.shown(kind, EngineNotes.Column.FAULTS, damage.toString(), 1);
  }

  private record Found(String told, Set<ImageId> affectedImages) {
    Found(Finding finding) {
      this(CheckedSample.told(finding.problem()), new TreeSet<>(finding.affectedImages()));
    }
  }

  /// All that is told of a store in containerd without a scrub.
  private static Set<Kind> kinds() {
    return Checking.unscrubbed(
        Stream.<List<? extends Check<?>>>of(SharedChecks.ALL, ContainerdChecks.ALL)
            .flatMap(List::stream)
            .flatMap(check -> check.needs().keySet().stream())
            .collect(toSet()));
  }

  private ContainerdRoot copy() throws IOException, InterruptedException {
    DataRoots.copy(engine.dataRoot(), copyDirectory());
    var sample = ContainerdSample.at(copyDirectory());
    return new ContainerdRoot(sample, sample.read());
  }

  private static Path copyDirectory() {
    return engine.directory().resolve("copy");
  }

  private static ObservedStore scan(ContainerdRoot root) throws InterruptedException {
    var observed =
        new StoreScanner(root.sample().dataRoot(), SETTLE, Duration.ZERO, InstantSource.system())
            .scanAndMeasure(1);
    return observed.stores().getFirst();
  }
}

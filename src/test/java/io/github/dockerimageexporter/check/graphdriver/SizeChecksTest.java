package io.github.dockerimageexporter.check.graphdriver;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.CheckedStore;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.check.StatedEvidence;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.TarSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizeChecksTest {
  private static final ChainId APP = chainId("base", "app");
  private static final long RECORDED = SampleStore.sizeBytes("app");

  @TempDir private Path dataRoot;

  @Test
  void aSizeThatIsNeitherOfTheTwoIsAMismatch() {
    CheckedStore checked = checked("overlay2");
    Report report = checked.report(evidence(RECORDED + 1, new TarSplit.Valid(RECORDED + 2), true));

    ImageId app = checked.read().images().keySet().iterator().next();
    assertThat(report.findings())
        .containsExactly(
            new Finding(
                new Problem.LayerSizeMismatch(
                    APP,
                    checked.path(checked.store().layer(APP).resolve("size")),
                    RECORDED,
                    RECORDED + 1,
                    RECORDED + 2),
                List.of(app)));
    assertThat(
            checked
                .consistency(evidence(RECORDED + 1, new TarSplit.Valid(RECORDED + 2), true))
                .inconsistentImages())
        .containsExactly(app);
  }

  @Test
  void theLengthsOfTheFilesAreLegal() {
    assertThat(findings("overlay2", evidence(RECORDED, new TarSplit.Valid(0), true))).isEmpty();
  }

  @Test
  void theLengthsOfTheTarAreLegal() {
    assertThat(findings("overlay2", evidence(RECORDED + 1, new TarSplit.Valid(RECORDED), true)))
        .isEmpty();
  }

  @Test
  void contentThatMayNotBeWhatItSeemsIsNotCompared() {
    assertThat(findings("overlay2", evidence(RECORDED + 1, new TarSplit.Valid(0), false)))
        .isEmpty();
  }

  @Test
  void aRecordThatCouldNotBeReadProvesNothing() {
    assertThat(findings("overlay2", evidence(RECORDED + 1, new TarSplit.Unknown("denied"), true)))
        .isEmpty();
  }

  @Test
  void whatIsNotReadYetProvesNothing() {
    var evidence = new StatedEvidence(Map.of(APP, RECORDED + 1), Map.of(), Set.of(APP));

    assertThat(findings("overlay2", evidence)).isEmpty();
  }

  @Test
  void anInvalidTarSplitRecordIsOneProblem() {
    CheckedStore checked = checked("overlay2");

    assertThat(
            checked
                .report(evidence(RECORDED + 1, new TarSplit.Invalid("cut short"), true))
                .findings())
        .extracting(Finding::problem)
        .containsExactly(
            new Problem.TarSplitInvalid(
                APP,
                checked.path(checked.store().layer(APP).resolve("tar-split.json.gz")),
                "cut short"));
  }

  @Test
  void aMissingTarSplitRecordIsInvalid() throws IOException {
    CheckedStore checked = checked("vfs");
    Path file = checked.store().layer(APP).resolve("tar-split.json.gz");
    Files.delete(file);

    assertThat(checked.findings())
        .extracting(Finding::problem)
        .containsExactly(new Problem.TarSplitInvalid(APP, checked.path(file), "missing"));
  }

  @Test
  void theSizeOfALayerWithAnotherProblemIsLeftAlone() throws IOException {
    CheckedStore checked = checked("overlay2");
    Files.writeString(
        checked.store().layer(APP).resolve("diff"), SampleStore.diffId("other").toString());

    assertThat(checked.report(evidence(RECORDED + 1, new TarSplit.Valid(0), true)).findings())
        .extracting(finding -> finding.problem().kind())
        .containsExactly(Kind.CHAIN_ID_MISMATCH);
  }

  private List<Finding> findings(String driver, LayerEvidence evidence) {
    return checked(driver).report(evidence).findings();
  }

  private CheckedStore checked(String driver) {
    var store = new SampleStore(dataRoot, driver);
    store.image("app:1", "base", "app");
    return new CheckedStore(store);
  }

  private static LayerEvidence evidence(long contentBytes, TarSplit tarSplit, boolean confirmed) {
    return new StatedEvidence(
        Map.of(APP, contentBytes), Map.of(APP, tarSplit), confirmed ? Set.of(APP) : Set.of());
  }
}

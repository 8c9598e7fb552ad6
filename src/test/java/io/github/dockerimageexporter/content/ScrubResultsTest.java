package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.content.layer.UnreadableContent;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.ScrubCount;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Unreadable;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What readings of one layer at two depths say together.
class ScrubResultsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ChainId LAYER = chainId("base");
  private static final LayerVerdict VERIFIED = new Verified(1, 1);
  private static final AffectedFiles FILES = new AffectedFiles(1, List.of("file"));

  @TempDir private Path dataRoot;
  private final Map<Depth, PersistentMap<Held, Scrubbed>> readings = new EnumMap<>(Depth.class);
  private StoreSnapshot store;
  private Held held;

  @BeforeEach
  void makeStore() {
    new SampleStore(dataRoot).image("app:1", "base");
    store = new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst();
    held =
        new Held(
            requireNonNull(store.layerDirectories().get(LAYER)).path(),
            requireNonNull(store.layerRecords().get(LAYER)));
  }

  @Test
  void oneDepthSaysWhatItFound() {
    scrubbed(Depth.SHAPE, corrupt(Fault.FILE_SIZE), 0);

    assertThat(evidence().verdict(LAYER)).contains(corrupt(Fault.FILE_SIZE));
    assertThat(evidence().soughtFaults(LAYER)).isEqualTo(Depth.SHAPE.faults());
  }

  @Test
  void theCloserLookCountsIfItIsTheNewerOne() {
    scrubbed(Depth.SHAPE, corrupt(Fault.FILE_SIZE), 0);
    scrubbed(Depth.CONTENT, VERIFIED, 1);

    assertThat(evidence().verdict(LAYER)).contains(VERIFIED);
  }

  @Test
  void aNewerLookAtTheShapeLeavesWhatOnlyContentShows() {
    scrubbed(Depth.CONTENT, corrupt(Fault.FILE_CHECKSUM, Fault.FILE_SIZE), 0);
    scrubbed(Depth.SHAPE, corrupt(Fault.FILE_MISSING), 1);

    assertThat(evidence().verdict(LAYER))
        .contains(corrupt(Fault.FILE_CHECKSUM, Fault.FILE_MISSING));
    assertThat(evidence().soughtFaults(LAYER)).isEqualTo(Depth.CONTENT.faults());
  }

  @Test
  void aShapeThatIsRightAgainIsNoFaultAnyMore() {
    scrubbed(Depth.CONTENT, corrupt(Fault.FILE_SIZE), 0);
    scrubbed(Depth.SHAPE, VERIFIED, 1);

    assertThat(evidence().verdict(LAYER)).contains(VERIFIED);
  }

  @Test
  void aShapeThatIsWrongSinceIsAFault() {
    scrubbed(Depth.CONTENT, VERIFIED, 0);
    scrubbed(Depth.SHAPE, corrupt(Fault.FILE_SIZE), 1);

    assertThat(evidence().verdict(LAYER)).contains(corrupt(Fault.FILE_SIZE));
  }

  @ParameterizedTest
  @EnumSource
  void aLaterLookThatCouldNotReadTakesNothingBack(Depth later) {
    Depth earlier = later == Depth.SHAPE ? Depth.CONTENT : Depth.SHAPE;
    scrubbed(earlier, corrupt(Fault.FILE_SIZE), 0);
    scrubbed(later, new Unreadable("path", "input/output error", false), 1);

    assertThat(evidence().verdict(LAYER)).contains(corrupt(Fault.FILE_SIZE));
  }

  @Test
  void whatShouldHaveBeenReadAgainIsPendingUnlessItIsCorrupt() {
    scrubbed(Depth.CONTENT, VERIFIED, 0);
    scrubbed(Depth.SHAPE, corrupt(Fault.FILE_SIZE), 0);

    assertThat(overdue(Depth.CONTENT).pending()).isEqualTo(1);
    assertThat(overdue(Depth.CONTENT).verified()).isZero();
    assertThat(overdue(Depth.SHAPE).corrupt()).isEqualTo(1);
  }

  private ScrubTally overdue(Depth depth) {
    return new ScrubCount(depth).of(store, evidence(), Set.of(LAYER)).orElseThrow();
  }

  @Test
  void whatCouldNotBeReadIsToldAndPending() {
    scrubbed(Depth.CONTENT, new Unreadable("path", "input/output error", false), 0);

    assertThat(new UnreadableContent().of(store, evidence()))
        .isEqualTo(Map.of("path", "input/output error"));
    assertThat(evidence().soughtFaults(LAYER)).isEmpty();
    assertThat(tally().pending()).isEqualTo(1);
  }

  /// Measuring counts it already, and no other check needs what is in a file.
  @Test
  void whatMayNotBeReadIsUnverifiable() {
    scrubbed(Depth.CONTENT, new Unreadable("path", "permission denied", true), 0);

    assertThat(new UnreadableContent().of(store, evidence())).isEmpty();
    assertThat(evidence().soughtFaults(LAYER)).isEmpty();
    assertThat(tally().pending()).isZero();
    assertThat(tally().unverifiable())
        .isEqualTo(
            Map.of("only a process with CAP_DAC_READ_SEARCH may read its files", List.of(LAYER)));
  }

  private ScrubTally tally() {
    return new ScrubCount(Depth.CONTENT).of(store, evidence(), Set.of()).orElseThrow();
  }

  private LayerEvidence evidence() {
    return known().evidence(store);
  }

  private Readings known() {
    return Readings.none().with(new ScrubResults(readings));
  }

  private void scrubbed(Depth depth, LayerVerdict verdict, long secondsLater) {
    readings.put(
        depth,
        PersistentMap.of(
            KeyOrder.byHash(),
            Map.of(held, new Scrubbed(verdict, NOON.plusSeconds(secondsLater)))));
  }

  private static LayerVerdict corrupt(Fault... faults) {
    Map<Fault, AffectedFiles> files = new EnumMap<>(Fault.class);
    for (Fault fault : faults) {
      files.put(fault, FILES);
    }
    return new Corrupt(files);
  }
}

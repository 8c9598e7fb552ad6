package io.github.dockerimageexporter.check.containerd;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.StatedEvidence;
import io.github.dockerimageexporter.content.Readings;
import io.github.dockerimageexporter.content.ScrubResults;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict.BlobChanged;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A blob of a layer that the scrub has found to be another.
class ChangedBlobTest {
  private static final Checker CHECKER = new Checker(List.of(ContainerdChecks.ALL));

  @TempDir private Path dataRoot;

  /// Or each reading would call for a scan that tells of it.
  @Test
  void whatIsToldAlreadyIsNotFoundAgain() throws IOException {
    StoreSnapshot store = ContainerdSample.in(dataRoot).read();
    LayerEvidence evidence = changed(store);

    List<Problem> told = problems(store, evidence, List.of());

    assertThat(told)
        .singleElement()
        .extracting(CheckedSample::told)
        .asString()
        .startsWith("blob_digest_mismatch ");
    assertThat(problems(store, evidence, told)).isEmpty();
  }

  /// Layers' blobs are large, and a scan does not read them.
  @Test
  void thatThereIsNoneIsKnownOnlyOnceTheBlobsOfAllLayersWereRead() throws IOException {
    StoreSnapshot store = ContainerdSample.in(dataRoot).read();
    List<ChainId> layers =
        store.layerRecords().entrySet().stream()
            .filter(record -> record.getValue() instanceof LayerRecord.Blob)
            .map(Map.Entry::getKey)
            .toList();

    assertThat(isCertain(store, StatedEvidence.NONE)).isFalse();
    assertThat(isCertain(store, verified(store, layers.subList(1, layers.size())))).isFalse();
    assertThat(isCertain(store, verified(store, layers))).isTrue();
  }

  /// Of a platform that the host does not run, or of an image whose snapshots were removed.
  @Test
  void aBlobOfWhichNothingIsUnpackedIsToldAsWell() throws IOException {
    StoreSnapshot store = ContainerdSample.in(dataRoot).read();
    LayerRecord.Blob blob = store.layerBlobs().getFirst();
    var reading =
        new Scrubbed(new BlobChanged(blob.digest(), Digest.of(new byte[0])), Instant.EPOCH);
    LayerEvidence evidence = evidence(Map.of(Held.ofBlob(blob), reading), store);

    assertThat(problems(store, evidence, List.of()))
        .singleElement()
        .extracting(CheckedSample::told)
        .asString()
        .startsWith("blob_digest_mismatch ")
        .contains(blob.digest().toString());
  }

  @Test
  void theBlobsOfWhichNothingIsUnpackedCountAsRead() throws IOException {
    StoreSnapshot store = ContainerdSample.in(dataRoot).read();
    var readings = new HashMap<Held, Scrubbed>();
    for (LayerRecord.Blob blob : store.layerBlobs()) {
      readings.put(Held.ofBlob(blob), new Scrubbed(new Verified(0, 1), Instant.EPOCH));
    }
    assertThat(isCertain(store, evidence(readings, store))).isTrue();

    readings.remove(Held.ofBlob(store.layerBlobs().getFirst()));
    assertThat(isCertain(store, evidence(readings, store))).isFalse();
  }

  private static LayerEvidence evidence(Map<Held, Scrubbed> readings, StoreSnapshot store) {
    return Readings.none()
        .with(
            new ScrubResults(Map.of(Depth.CONTENT, PersistentMap.of(KeyOrder.byHash(), readings))))
        .evidence(store);
  }

  private static boolean isCertain(StoreSnapshot store, LayerEvidence evidence) {
    return CheckedSample.report(store, evidence, Instant.MIN).isCertain(Kind.BLOB_DIGEST_MISMATCH);
  }

  private static LayerEvidence verified(StoreSnapshot store, List<ChainId> layers) {
    var readings = new HashMap<Held, Scrubbed>();
    for (ChainId layer : layers) {
      Path directory = requireNonNull(store.layerDirectories().get(layer)).path();
      LayerRecord record = requireNonNull(store.layerRecords().get(layer));
      var verified = new Scrubbed(new Verified(1, 1), Instant.EPOCH);
      readings.put(new Held(directory, record), verified);
      ((LayerRecord.Blob) record)
          .twins()
          .forEach(twin -> readings.put(Held.ofBlob(twin), verified));
    }
    return evidence(readings, store);
  }

  private static List<Problem> problems(
      StoreSnapshot store, LayerEvidence evidence, List<Problem> told) {
    CheckContext context =
        CheckContext.of(LayerGraph.of(store), evidence, Instant.MIN, Set.of()).after(told);
    return CHECKER.check(store, Basis.CONTENT, context).toList();
  }

  private static LayerEvidence changed(StoreSnapshot store) {
    Map.Entry<ChainId, LayerRecord> first =
        store.layerRecords().entrySet().stream()
            .filter(record -> record.getValue() instanceof LayerRecord.Blob)
            .findFirst()
            .orElseThrow();
    Path directory = requireNonNull(store.layerDirectories().get(first.getKey())).path();
    Digest blob = ((LayerRecord.Blob) first.getValue()).digest();
    var reading = new Scrubbed(new BlobChanged(blob, Digest.of(new byte[0])), Instant.EPOCH);
    var results = Map.of(new Held(directory, first.getValue()), reading);
    return evidence(results, store);
  }
}

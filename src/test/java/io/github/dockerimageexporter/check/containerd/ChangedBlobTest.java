package io.github.dockerimageexporter.check.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.BlobChanged;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

  private static List<Problem> problems(
      StoreSnapshot store, LayerEvidence evidence, List<Problem> told) {
    var context = new CheckContext(LayerGraph.of(store), evidence, Instant.MIN, Set.of(), told);
    return CHECKER.check(store, Basis.CONTENT, context).toList();
  }

  private static LayerEvidence changed(StoreSnapshot store) {
    Map.Entry<ChainId, LayerRecord> first =
        store.layerRecords().entrySet().stream()
            .filter(record -> record.getValue() instanceof LayerRecord.Blob)
            .findFirst()
            .orElseThrow();
    Digest blob = ((LayerRecord.Blob) first.getValue()).digest();
    return new Shown(first.getKey(), new BlobChanged(blob, Digest.of(new byte[0])));
  }

  /// A verdict on one layer, and nothing else.
  private record Shown(ChainId of, LayerVerdict verdict) implements LayerEvidence {
    @Override
    public Optional<LayerVerdict> verdict(ChainId layer) {
      return layer.equals(of) ? Optional.of(verdict) : Optional.empty();
    }

    @Override
    public OptionalLong contentBytes(ChainId layer) {
      return OptionalLong.empty();
    }

    @Override
    public Optional<TarSplit> tarSplit(ChainId layer) {
      return Optional.empty();
    }

    @Override
    public boolean isConfirmed(ChainId layer) {
      return false;
    }
  }
}

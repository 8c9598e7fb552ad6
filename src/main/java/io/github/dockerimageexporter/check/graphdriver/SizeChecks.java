package io.github.dockerimageexporter.check.graphdriver;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Each layer's recorded size and tar-split record, held against what was measured and read.
///
/// | layer from                                    | recorded size                         |
/// |-----------------------------------------------|---------------------------------------|
/// | pull, load, import, commit, classic builder   | the lengths of the directory's files  |
/// | BuildKit; a driver that compares whole trees  | the lengths that the tar-split has    |
///
/// Either is legal anywhere, since a layer does not say where it comes from. No comparison is made
/// where a layer's files are not what they seem: a directory that the kernel has moved, or a file
/// of which it has copied the metadata alone; nor where it is known which files differ.
///
/// Source: moby, `daemon/internal/layer/layer_store.go` (applyTar, RegisterByGraphID),
/// `daemon/internal/directory/directory_unix.go`.
final class SizeChecks {
  static final Check<GraphDriverSnapshot> SIZES =
      Check.of(
          GraphDriverSnapshot.class,
          Scope.OBJECT,
          Basis.CONTENT,
          Map.of(Kind.LAYER_SIZE_MISMATCH, Set.of(Need.TAR_SPLITS, Need.DIRECTORIES)),
          (store, context) -> sizes(store, context.evidence()));

  static final Check<GraphDriverSnapshot> TAR_SPLITS =
      Check.of(
          GraphDriverSnapshot.class,
          Scope.OBJECT,
          Basis.CONTENT,
          Map.of(Kind.TAR_SPLIT_INVALID, Set.of(Need.TAR_SPLITS)),
          (store, context) -> tarSplits(store, context.evidence()));

  private SizeChecks() {}

  static Stream<Problem> tarSplits(GraphDriverSnapshot store, LayerEvidence evidence) {
    var problems = new ArrayList<Problem>();
    if (!isPlugin(store.layout().graphDriver())) {
      for (ChainId layer : store.layers().keySet()) {
        Optional<String> reason = invalidTarSplit(layer, store, evidence);
        if (reason.isPresent()) {
          problems.add(
              new Problem.TarSplitInvalid(layer, store.layout().tarSplit(layer), reason.get()));
        }
      }
    }
    return problems.stream();
  }

  private static Optional<String> invalidTarSplit(
      ChainId layer, GraphDriverSnapshot store, LayerEvidence evidence) {
    if (!store.tarSplits().containsKey(layer)) {
      return Optional.of("missing");
    }
    return evidence
        .tarSplit(layer)
        .flatMap(
            tarSplit ->
                switch (tarSplit) {
                  case TarSplit.Valid _, TarSplit.Unknown _ -> Optional.empty();
                  case TarSplit.Invalid(String reason) -> Optional.of(reason);
                });
  }

  static Stream<Problem> sizes(GraphDriverSnapshot store, LayerEvidence evidence) {
    return store.layers().values().stream()
        .filter(layer -> evidence.disputesSizeOf(layer))
        .filter(layer -> evidence.isConfirmed(layer.chainId()))
        .filter(layer -> !(evidence.verdict(layer.chainId()).orElse(null) instanceof Corrupt))
        .map(
            layer ->
                new Problem.LayerSizeMismatch(
                    layer.chainId(),
                    store.layout().layer(layer.chainId()) + "/size",
                    layer.sizeBytes(),
                    evidence.contentBytes(layer.chainId()).orElse(0),
                    evidence.tarSplitBytes(layer.chainId()).orElse(0)));
  }

  /// A driver of an old plugin; those could restore a tar without the record.
  private static boolean isPlugin(String graphDriver) {
    return graphDriver.indexOf(':') >= 0;
  }
}

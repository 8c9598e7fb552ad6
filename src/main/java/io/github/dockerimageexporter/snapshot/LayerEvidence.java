package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What is known by now of the layers' content and tar-split records, which take long to read.
public interface LayerEvidence {

  /// The lengths of all files of a layer that has a directory for its own files alone, if that was
  /// measured after the layer had been registered, and could be read to the last file.
  OptionalLong contentBytes(ChainId layer);

  /// What a layer's directory takes on disk, if that was measured after the layer had been
  /// registered, and could be read to the last file.
  default Optional<Allocated> allocated(ChainId layer) {
    return Optional.empty();
  }

  /// What a directory and all below it take: `bytes` in whole blocks.
  record Allocated(long bytes, long inodes) {}

  /// What reading the layer's record in its present state has shown.
  Optional<TarSplit> tarSplit(ChainId layer);

  /// Whether reading a layer again has given these figures again, and found neither moved
  /// directories nor files of metadata alone, with which the first would mean something else.
  boolean isConfirmed(ChainId layer);

  /// Whether the directory of any layer was compared with its record, or any blob was read. What
  /// goes through all layers for such verdicts need not begin if not.
  default boolean hasVerdicts() {
    return false;
  }

  /// What comparing the layer's directory with its record has shown, however closely; empty if that
  /// was not done.
  default Optional<LayerVerdict> verdict(ChainId layer) {
    return Optional.empty();
  }

  /// The same of a look that was as close as `depth`.
  default Optional<LayerVerdict.Scrubbed> scrubbed(ChainId layer, LayerVerdict.Depth depth) {
    return Optional.empty();
  }

  /// What reading a blob has shown that no layer is compared with; empty if that was not done.
  default Optional<LayerVerdict> verdict(LayerRecord.Blob blob) {
    return Optional.empty();
  }

  /// The faults that would be known by now if the layer had them.
  default Set<LayerVerdict.Fault> soughtFaults(ChainId layer) {
    return Set.of();
  }

  /// Whether nothing is known of any layer yet.
  default boolean isEmpty() {
    return false;
  }

  /// Of what this may say something else than `before`, which is of the same store at an earlier
  /// time; empty if that cannot be told, so that it may be everything.
  default Optional<Changes> changesSince(LayerEvidence before) {
    return Optional.empty();
  }

  /// Of what something else may be known.
  ///
  /// @param layers those that are there, and some that are gone
  /// @param blobs the same of those that no layer is compared with
  record Changes(Set<ChainId> layers, Set<LayerRecord.Blob> blobs) {}

  /// The lengths that the layer's record lists, if it could be read and understood.
  default OptionalLong tarSplitBytes(ChainId layer) {
    return tarSplit(layer).orElse(null) instanceof TarSplit.Valid(long sizeBytes)
        ? OptionalLong.of(sizeBytes)
        : OptionalLong.empty();
  }

  /// Whether the recorded size of `layer` is neither that of its files nor that of its record, and
  /// both are known.
  default boolean disputesSizeOf(Layer layer) {
    OptionalLong measured = contentBytes(layer.chainId());
    OptionalLong listed = tarSplitBytes(layer.chainId());
    return measured.isPresent()
        && listed.isPresent()
        && measured.getAsLong() != layer.sizeBytes()
        && listed.getAsLong() != layer.sizeBytes();
  }
}

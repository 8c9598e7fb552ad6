package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.TarSplit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What a test says that reading the layers has shown.
public record StatedEvidence(
    Map<ChainId, Long> contents, Map<ChainId, TarSplit> tarSplits, Set<ChainId> confirmed)
    implements LayerEvidence {

  /// Nothing is read yet.
  public static final LayerEvidence NONE = new StatedEvidence(Map.of(), Map.of(), Set.of());

  @Override
  public OptionalLong contentBytes(ChainId layer) {
    Long bytes = contents.get(layer);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  @Override
  public Optional<TarSplit> tarSplit(ChainId layer) {
    return Optional.ofNullable(tarSplits.get(layer));
  }

  @Override
  public boolean isConfirmed(ChainId layer) {
    return confirmed.contains(layer);
  }
}

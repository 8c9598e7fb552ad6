package io.github.dockerimageexporter.model;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is known by now of the layers' content and tar-split records, which take long to read.
///
/// @param contentBytes the lengths of all files, of the layers whose directories were measured
///     after the layer had been registered and could be read to the last file
/// @param tarSplits of the layers whose record was read in its present state
/// @param plain layers known to have neither moved directories nor files of metadata alone
public record LayerFigures(
    Map<ChainId, Long> contentBytes, Map<ChainId, TarSplit> tarSplits, Set<ChainId> plain) {
  public static final LayerFigures NONE = new LayerFigures(Map.of(), Map.of(), Set.of());

  public Optional<TarSplit> tarSplit(ChainId layer) {
    return Optional.ofNullable(tarSplits.get(layer));
  }
}

package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.TarSplitFile;
import java.util.Map;
import java.util.Set;

/// What scrubbing layers has shown by now.
///
/// @param sought the faults that would be known
/// @param verdicts by the record that a layer's directory was compared with
public record ScrubResults(Set<Fault> sought, Map<TarSplitFile, LayerVerdict> verdicts) {
  /// Nothing was scrubbed.
  public static final ScrubResults NONE = new ScrubResults(Set.of(), Map.of());
}

package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.util.Map;
import java.util.Set;

/// What scrubbing layers has shown by now.
///
/// @param sought the faults that would be known
/// @param verdicts of directories and the records that they were compared with
public record ScrubResults(Set<Fault> sought, Map<Held, LayerVerdict> verdicts) {
  /// Nothing was scrubbed.
  public static final ScrubResults NONE = new ScrubResults(Set.of(), Map.of());
}

package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Predicate;

/// Which layers are scrubbed, and how closely.
///
/// @param wanted says of the directories of a scan's layers whether they are
public record ScrubScope(Depth depth, Function<Observation, Predicate<Path>> wanted) {

  /// All layers.
  public static ScrubScope everyLayer(Depth depth) {
    return new ScrubScope(depth, _ -> _ -> true);
  }
}

package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What comparing the layers of a store with their records has shown.
///
/// @param tallies one for each depth at which they are compared
/// @param background of a scrub that goes on beside the scans
public record ScrubState(List<ScrubTally> tallies, Optional<Background> background) {
  /// Nothing is compared.
  public static final ScrubState NONE = new ScrubState(List.of(), Optional.empty());

  public ScrubState {
    tallies = List.copyOf(tallies);
  }

  /// What one look has shown; nothing if none of the layers can be compared.
  public static ScrubState of(Optional<ScrubTally> tally) {
    return new ScrubState(tally.stream().toList(), Optional.empty());
  }

  /// How a scrub goes on.
  ///
  /// @param bytesRead since the start
  /// @param paused whether it waits for a pull or build
  /// @param next when a layer is read again; empty while any is still to be read
  /// @param verifiedAt when the reading of a layer's content began, if it was right
  public record Background(
      long bytesRead,
      boolean paused,
      Optional<Instant> next,
      PersistentMap<ChainId, Instant> verifiedAt) {}

  public Optional<ScrubTally> at(Depth depth) {
    return tallies.stream().filter(tally -> tally.depth() == depth).findFirst();
  }
}

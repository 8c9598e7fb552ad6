package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How many layers of a store are verified, and why others are not.
///
/// @param depth how closely they are compared
/// @param verified how many are as their records list them
/// @param entries how many files and directories those have
/// @param bytes how many of content were read of them
/// @param corrupt how many are not
/// @param unverifiable by reason, those of which it cannot be told
/// @param pending those that were not compared, could not be read, or should have been read again
/// @param completed when the reading of the last of them began, at a time when none was pending;
///     empty if one always was
public record ScrubTally(
    Depth depth,
    long verified,
    long entries,
    long bytes,
    long corrupt,
    Map<String, List<ChainId>> unverifiable,
    long pending,
    Optional<Instant> completed) {
  /// The same, by one who knows what was `before`.
  public ScrubTally after(ScrubState before) {
    return pending == 0
        ? this
        : new ScrubTally(
            depth,
            verified,
            entries,
            bytes,
            corrupt,
            unverifiable,
            pending,
            before.at(depth).flatMap(ScrubTally::completed));
  }

  /// What can be said of a layer; `label` is the value of the exported `state` label.
  public enum State {
    VERIFIED("verified"),
    UNVERIFIABLE("unverifiable"),
    CORRUPT("corrupt"),
    PENDING("pending");

    private final String label;

    State(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  public long count(State state) {
    return switch (state) {
      case VERIFIED -> verified;
      case UNVERIFIABLE -> unverifiableCount();
      case CORRUPT -> corrupt;
      case PENDING -> pending;
    };
  }

  public long unverifiableCount() {
    return unverifiable.values().stream().mapToLong(List::size).sum();
  }
}

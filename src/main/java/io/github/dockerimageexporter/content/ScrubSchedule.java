package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.content.background.Recurrence;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import java.time.Duration;
import java.time.InstantSource;

/// When the turn of each layer comes.
///
/// Every layer has one in each interval, at a time that its chain ID decides: the turns are spread
/// over the interval, and the same after a restart, although nothing is written down. A layer whose
/// turn comes next is the one that was read first, whoever did.
///
/// One that is corrupt, or could not be read, is read again within the hour, to see if it is
/// repaired.
///
/// @param interval from one turn to the next
/// @param shift how much later all turns are
record ScrubSchedule(Duration interval, InstantSource clock, Duration shift)
    implements Recurrence<LayerState, Scrubbed> {
  private static final Duration AFTER_HARM = Duration.ofHours(1);

  /// As many digits as a number can have.
  private static final int HASH_DIGITS = 15;

  ScrubSchedule(Duration interval, InstantSource clock) {
    this(interval, clock, Duration.ZERO);
  }

  /// One whose turns are in the middle between those of this one: a layer that is looked at in two
  /// ways is looked at twice as often.
  ScrubSchedule inBetween() {
    return new ScrubSchedule(interval, clock, interval.dividedBy(2));
  }

  @Override
  public long pauseNanos(LayerState state, Scrubbed reading) {
    Duration pause = untilTurn(state.layer());
    boolean isHarm =
        switch (reading.verdict()) {
          case LayerVerdict.Verified _, LayerVerdict.Unverifiable _ -> false;
          case LayerVerdict.Unreadable(_, _, boolean isForbidden) -> !isForbidden;
          case LayerVerdict.Corrupt _, LayerVerdict.BlobChanged _ -> true;
        };
    return (isHarm && pause.compareTo(AFTER_HARM) > 0 ? AFTER_HARM : pause).toNanos();
  }

  /// How long it takes until the layer's next turn.
  Duration untilTurn(ChainId layer) {
    long millis = interval.toMillis();
    String hash = layer.digest().hex().substring(0, HASH_DIGITS);
    long turn = Long.parseUnsignedLong(hash, 16) % millis + shift.toMillis();
    return Duration.ofMillis(millis - Math.floorMod(clock.millis() - turn, millis));
  }
}

package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
  private static final String NO_RECORD = "there is no record of its tar";
  private static final String FORBIDDEN =
      "only a process with CAP_DAC_READ_SEARCH may read its files";
  private static final String NO_DIRECTORY = "its directory is missing";
  private static final String UNKNOWN_DIRECTORY = "where its files are is not known";
  private static final String CHANGED = "a blob of it does not hash to its name";

  /// Empty if no layer can be compared that closely.
  public static Optional<ScrubTally> of(StoreSnapshot store, Depth depth, LayerEvidence evidence) {
    return of(store, depth, evidence, Set.of());
  }

  /// The same, where some were verified so long ago that they are `overdue`.
  public static Optional<ScrubTally> of(
      StoreSnapshot store, Depth depth, LayerEvidence evidence, Set<ChainId> overdue) {
    Map<ChainId, LayerRecord> records = store.layerRecords();
    var count = new Count();
    for (ChainId layer : store.layers().keySet()) {
      Optional<Scrubbed> reading = reading(layer, depth, evidence);
      if (reading.isPresent()) {
        count.add(layer, reading.get(), overdue.contains(layer));
      } else {
        obstacle(records.get(layer), store.layerDirectories().get(layer))
            .ifPresentOrElse(reason -> count.addUnverifiable(layer, reason), () -> count.pending++);
      }
    }
    boolean isCompared =
        count.isAny() || records.values().stream().anyMatch(record -> record.allows(depth));
    return isCompared ? Optional.of(count.tally(depth)) : Optional.empty();
  }

  /// The reading of that depth; of the content with what a later one of the shape has shown.
  private static Optional<Scrubbed> reading(ChainId layer, Depth depth, LayerEvidence evidence) {
    Optional<Scrubbed> reading = evidence.scrubbed(layer, depth);
    return depth == Depth.SHAPE
        ? reading
        : reading.map(
            content ->
                new Scrubbed(evidence.verdict(layer).orElse(content.verdict()), content.at()));
  }

  /// Why a layer is not waited for, if it is not.
  private static Optional<String> obstacle(
      @Nullable LayerRecord record, @Nullable LayerDirectory directory) {
    if (record == null) {
      return Optional.of(NO_RECORD);
    }
    if (record instanceof LayerRecord.None(String reason)) {
      return Optional.of(reason);
    }
    if (directory == null) {
      return Optional.of(UNKNOWN_DIRECTORY);
    }
    return switch (directory.content()) {
      case ABSENT, FOREIGN -> Optional.of(NO_DIRECTORY);
      case PRESENT, UNREADABLE -> Optional.empty();
    };
  }

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

  /// Adds up.
  private static final class Count {
    private long verified;
    private long entries;
    private long bytes;
    private long corrupt;
    private long pending;
    private final Map<String, List<ChainId>> unverifiable = new TreeMap<>();
    private Instant newest = Instant.MIN;

    /// Whether a layer was looked at.
    boolean isAny() {
      return newest.isAfter(Instant.MIN);
    }

    void add(ChainId layer, Scrubbed reading, boolean isOverdue) {
      newest = reading.at().isAfter(newest) ? reading.at() : newest;
      switch (reading.verdict()) {
        case LayerVerdict.Verified _ when isOverdue -> pending++;
        case LayerVerdict.Verified(long listed, long read) -> {
          verified++;
          entries += listed;
          bytes += read;
        }
        case LayerVerdict.Corrupt _ -> corrupt++;
        case LayerVerdict.Unverifiable(String reason) -> addUnverifiable(layer, reason);
        case LayerVerdict.BlobChanged _ -> addUnverifiable(layer, CHANGED);
        case LayerVerdict.Unreadable(_, _, boolean isForbidden) -> {
          if (isForbidden) {
            addUnverifiable(layer, FORBIDDEN);
          } else {
            pending++;
          }
        }
      }
    }

    void addUnverifiable(ChainId layer, String reason) {
      unverifiable.computeIfAbsent(reason, _ -> new ArrayList<>()).add(layer);
    }

    ScrubTally tally(Depth depth) {
      return new ScrubTally(
          depth,
          verified,
          entries,
          bytes,
          corrupt,
          unverifiable,
          pending,
          pending > 0 || newest.equals(Instant.MIN) ? Optional.empty() : Optional.of(newest));
    }
  }
}

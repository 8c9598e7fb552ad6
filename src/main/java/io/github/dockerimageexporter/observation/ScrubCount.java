package io.github.dockerimageexporter.observation;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Changes;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Counts how many layers of a store are verified at one depth, and why others are not, followed
/// from scan to scan and from reading to reading. For one thread.
public final class ScrubCount {
  private static final String NO_RECORD = "there is no record of its tar";
  private static final String FORBIDDEN =
      "only a process with CAP_DAC_READ_SEARCH may read its files";
  private static final String NO_DIRECTORY = "its directory is missing";
  private static final String UNKNOWN_DIRECTORY = "where its files are is not known";
  private static final String CHANGED = "a blob of it does not hash to its name";

  private final Depth depth;
  private Optional<Known> before = Optional.empty();
  private long verified;
  private long entries;
  private long bytes;
  private long corrupt;
  private long pending;
  private final Map<String, Set<ChainId>> unverifiable = new TreeMap<>();

  /// Those lists of them that have not changed since they were made.
  private final Map<String, List<ChainId>> lists = new HashMap<>();

  /// When the latest reading began; [Instant#MIN] if there is none.
  private Instant newest = Instant.MIN;

  private PersistentMap<ChainId, Instant> verifiedAt = PersistentMap.empty(Keys.CHAINS);

  /// What is counted.
  private record Known(
      StoreSnapshot store, PersistentMap<ChainId, LayerRecord> records, LayerEvidence evidence) {
    /// The layers of which something else may be known than `before`.
    Set<ChainId> changesSince(Optional<Known> before) {
      Set<ChainId> changed = new HashSet<>();
      Optional<Changes> changes = before.flatMap(last -> evidence.changesSince(last.evidence));
      if (changes.isPresent()) {
        changed.addAll(changes.get().layers());
        records.changesSince(before.orElseThrow().records, (layer, _, _) -> changed.add(layer));
      } else {
        changed.addAll(store.layers().keySet());
        before.ifPresent(last -> changed.addAll(last.store.layers().keySet()));
      }
      return changed;
    }

    boolean has(ChainId layer) {
      return store.layers().containsKey(layer);
    }

    /// The reading of that depth; of the content with what a later one of the shape has shown.
    Optional<Scrubbed> reading(ChainId layer, Depth depth) {
      Optional<Scrubbed> reading = evidence.scrubbed(layer, depth);
      return depth == Depth.SHAPE
          ? reading
          : reading.map(
              content ->
                  new Scrubbed(evidence.verdict(layer).orElse(content.verdict()), content.at()));
    }

    /// Why a layer is not waited for, if it is not.
    Optional<String> obstacle(ChainId layer) {
      @Nullable LayerRecord record = records.get(layer);
      if (record == null) {
        return Optional.of(NO_RECORD);
      }
      if (record instanceof LayerRecord.None(String reason)) {
        return Optional.of(reason);
      }
      @Nullable LayerDirectory directory = store.layerDirectories().get(layer);
      if (directory == null) {
        return Optional.of(UNKNOWN_DIRECTORY);
      }
      return switch (directory.content()) {
        case ABSENT, FOREIGN -> Optional.of(NO_DIRECTORY);
        case PRESENT, UNREADABLE -> Optional.empty();
      };
    }
  }

  public ScrubCount(Depth depth) {
    this.depth = depth;
  }

  /// What is known by now; empty if no layer can be compared that closely.
  ///
  /// @param evidence of the layers of `store`
  /// @param overdue those that were verified too long ago
  public Optional<ScrubTally> of(
      StoreSnapshot store, LayerEvidence evidence, Set<ChainId> overdue) {
    var now = new Known(store, store.layerRecords(), evidence);
    PersistentMap<ChainId, Instant>.Editor times = verifiedAt.edit();
    Instant last = newest;
    boolean isLastGone = false;
    for (ChainId layer : now.changesSince(before)) {
      if (before.filter(known -> known.has(layer)).isPresent()) {
        isLastGone |= count(layer, before.get(), -1).equals(last);
      }
      times.remove(layer);
      if (now.has(layer)) {
        Instant at = count(layer, now, 1);
        newest = at.isAfter(newest) ? at : newest;
        timeVerified(layer, evidence).ifPresent(time -> times.put(layer, time));
      }
    }
    verifiedAt = times.done();
    before = Optional.of(now);
    if (isLastGone && newest.equals(last) && !last.equals(Instant.MIN)) {
      newest = newest(now);
    }
    boolean isCompared =
        newest.isAfter(Instant.MIN)
            || now.records.values().stream().anyMatch(record -> record.allows(depth));
    return isCompared ? Optional.of(tally(now, overdue)) : Optional.empty();
  }

  private Optional<Instant> timeVerified(ChainId layer, LayerEvidence evidence) {
    return depth == Depth.SHAPE
        ? Optional.empty()
        : evidence
            .scrubbed(layer, depth)
            .filter(reading -> reading.verdict() instanceof LayerVerdict.Verified)
            .map(Scrubbed::at);
  }

  private Instant newest(Known now) {
    return now.store.layers().keySet().stream()
        .flatMap(layer -> now.evidence.scrubbed(layer, depth).stream())
        .map(Scrubbed::at)
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }

  /// When the reading of a layer's content began, if it was right; nothing of its shape.
  public PersistentMap<ChainId, Instant> verifiedAt() {
    return verifiedAt;
  }

  /// Counts a layer, or, if `times` is -1, no longer; when its reading began.
  private Instant count(ChainId layer, Known known, int times) {
    Optional<Scrubbed> reading = known.reading(layer, depth);
    if (reading.isEmpty()) {
      known
          .obstacle(layer)
          .ifPresentOrElse(
              reason -> countUnverifiable(reason, layer, times), () -> pending += times);
      return Instant.MIN;
    }
    switch (reading.get().verdict()) {
      case LayerVerdict.Verified(long listed, long read) -> {
        verified += times;
        entries += times * listed;
        bytes += times * read;
      }
      case LayerVerdict.Corrupt _ -> corrupt += times;
      case LayerVerdict.Unverifiable(String reason) -> countUnverifiable(reason, layer, times);
      case LayerVerdict.BlobChanged _ -> countUnverifiable(CHANGED, layer, times);
      case LayerVerdict.Unreadable(_, _, boolean isForbidden) -> {
        if (isForbidden) {
          countUnverifiable(FORBIDDEN, layer, times);
        } else {
          pending += times;
        }
      }
    }
    return reading.get().at();
  }

  private void countUnverifiable(String reason, ChainId layer, int times) {
    lists.remove(reason);
    Set<ChainId> all = unverifiable.computeIfAbsent(reason, _ -> new TreeSet<>());
    if (times > 0) {
      all.add(layer);
      return;
    }
    all.remove(layer);
    if (all.isEmpty()) {
      unverifiable.remove(reason);
    }
  }

  private ScrubTally tally(Known now, Set<ChainId> overdue) {
    List<LayerVerdict.Verified> late =
        overdue.stream()
            .filter(now::has)
            .flatMap(layer -> now.reading(layer, depth).stream())
            .flatMap(
                reading ->
                    Optional.of(reading.verdict())
                        .filter(LayerVerdict.Verified.class::isInstance)
                        .map(LayerVerdict.Verified.class::cast)
                        .stream())
            .toList();
    long waiting = pending + late.size();
    return new ScrubTally(
        depth,
        verified - late.size(),
        entries - late.stream().mapToLong(LayerVerdict.Verified::entries).sum(),
        bytes - late.stream().mapToLong(LayerVerdict.Verified::bytes).sum(),
        corrupt,
        unverifiable.entrySet().stream()
            .collect(
                toMap(
                    Map.Entry::getKey,
                    reason ->
                        lists.computeIfAbsent(reason.getKey(), _ -> List.copyOf(reason.getValue())),
                    (one, _) -> one,
                    TreeMap::new)),
        waiting,
        waiting > 0 || newest.equals(Instant.MIN) ? Optional.empty() : Optional.of(newest));
  }
}

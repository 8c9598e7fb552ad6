package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.content.layer.LayerIndex;
import io.github.dockerimageexporter.content.size.SizeMismatchReader.SizeMismatch;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.MeasureTarget;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What is known by now of what takes long to read.
///
/// @param usages by directory
/// @param targets the directories that are measured, as they were when they were: those of layers
///     are complete, others somebody may be writing to
/// @param confirmed by directory, the mismatches that a second reading has confirmed
/// @param scrub what comparing directories with records has shown
/// @param layers finds the layers that a change is of; for the thread that scans
public record Readings(
    PersistentMap<Path, DirectoryUsage> usages,
    PersistentMap<Path, MeasureTarget> targets,
    PersistentMap<TarSplitFile, TarSplit> tarSplits,
    Map<Path, SizeMismatch> confirmed,
    ScrubResults scrub,
    LayerIndex layers) {
  private static final PersistentMap<ChainId, LayerRecord> NO_RECORDS =
      PersistentMap.empty(Keys.CHAINS);

  /// Nothing is known.
  public static Readings none() {
    return new Readings(
        PersistentMap.empty(Keys.PATHS),
        PersistentMap.empty(Keys.PATHS),
        PersistentMap.empty(KeyOrder.byHash()),
        Map.of(),
        ScrubResults.NONE,
        new LayerIndex());
  }

  /// What that says of the layers of `store`; looked up as it is asked for, since most is not.
  public LayerEvidence evidence(StoreSnapshot store) {
    return new StoreEvidence(this, store);
  }

  /// The same, with what scrubbing has shown.
  public Readings with(ScrubResults results) {
    return new Readings(usages, targets, tarSplits, confirmed, results, layers);
  }

  /// Whether the tar-split record of every layer in `seen` was read in the state that it has there.
  public boolean cover(Observation seen) {
    return seen.stores().stream()
        .allMatch(store -> tarSplits.keySet().containsAll(store.store().tarSplits().values()));
  }

  /// @param records of the layers, if any was scrubbed
  private record StoreEvidence(
      Readings readings, StoreSnapshot store, PersistentMap<ChainId, LayerRecord> records)
      implements LayerEvidence {

    StoreEvidence(Readings readings, StoreSnapshot store) {
      this(readings, store, readings.scrub().isEmpty() ? NO_RECORDS : store.layerRecords());
    }

    @Override
    public OptionalLong contentBytes(ChainId layer) {
      return usage(layer)
          .map(usage -> OptionalLong.of(usage.contentBytes()))
          .orElse(OptionalLong.empty());
    }

    @Override
    public Optional<Allocated> allocated(ChainId layer) {
      return usage(layer).map(usage -> new Allocated(usage.diskBytes(), usage.inodes()));
    }

    private Optional<DirectoryUsage> usage(ChainId layer) {
      if (readings.usages().isEmpty() || !store.keepsLayersApart()) {
        return Optional.empty();
      }
      LayerDirectory directory = store.layerDirectories().get(layer);
      if (directory == null) {
        return Optional.empty();
      }
      MeasureTarget target = readings.targets().get(directory.path());
      return target != null && target.complete()
          ? Optional.ofNullable(readings.usages().get(directory.path()))
              .filter(usage -> usage.unreadable() == 0)
          : Optional.empty();
    }

    @Override
    public Optional<TarSplit> tarSplit(ChainId layer) {
      if (readings.tarSplits().isEmpty()) {
        return Optional.empty();
      }
      TarSplitFile file = store.tarSplits().get(layer);
      return file == null ? Optional.empty() : Optional.ofNullable(readings.tarSplits().get(file));
    }

    private Optional<Held> held(ChainId layer) {
      LayerRecord record = records.get(layer);
      if (record == null) {
        return Optional.empty();
      }
      LayerDirectory directory = store.layerDirectories().get(layer);
      return directory == null ? Optional.empty() : Optional.of(new Held(directory.path(), record));
    }

    @Override
    public boolean hasVerdicts() {
      return !readings.scrub().isEmpty();
    }

    @Override
    public Optional<LayerVerdict> verdict(ChainId layer) {
      return held(layer).flatMap(readings.scrub()::verdict);
    }

    @Override
    public Optional<Scrubbed> scrubbed(ChainId layer, Depth depth) {
      return held(layer).flatMap(held -> readings.scrub().find(held, depth));
    }

    @Override
    public Optional<LayerVerdict> verdict(LayerRecord.Blob blob) {
      return readings.scrub().find(Held.ofBlob(blob), Depth.CONTENT).map(Scrubbed::verdict);
    }

    @Override
    public Set<Fault> soughtFaults(ChainId layer) {
      return held(layer).map(readings.scrub()::sought).orElse(Set.of());
    }

    @Override
    public boolean isEmpty() {
      return readings.usages().isEmpty()
          && readings.tarSplits().isEmpty()
          && readings.scrub().isEmpty();
    }

    @Override
    public Optional<Changes> changesSince(LayerEvidence before) {
      return before instanceof StoreEvidence earlier
          ? Optional.of(
              new EvidenceChanges(readings.layers(), store)
                  .add(earlier.store, store)
                  .add(earlier.readings, readings)
                  .addRecords(earlier.records, records)
                  .found())
          : Optional.empty();
    }

    @Override
    public boolean isConfirmed(ChainId layer) {
      LayerDirectory directory = store.layerDirectories().get(layer);
      SizeMismatch mismatch = directory == null ? null : readings.confirmed().get(directory.path());
      OptionalLong contentBytes = contentBytes(layer);
      return mismatch != null
          && contentBytes.isPresent()
          && contentBytes.getAsLong() == mismatch.contentBytes()
          && mismatch.record().equals(store.tarSplits().get(layer));
    }
  }
}

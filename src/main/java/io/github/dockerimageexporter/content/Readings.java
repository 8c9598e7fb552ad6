package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.content.SizeMismatchReader.SizeMismatch;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What is known by now of what takes long to read.
///
/// @param usages by directory
/// @param complete the directories that were a layer's when they were measured: before, somebody
///     may have been writing to them
/// @param confirmed by directory, the mismatches that a second reading has confirmed
/// @param scrub what comparing directories with records has shown
public record Readings(
    Map<Path, DirectoryUsage> usages,
    Set<Path> complete,
    Map<TarSplitFile, TarSplit> tarSplits,
    Map<Path, SizeMismatch> confirmed,
    ScrubResults scrub) {
  public static final Readings NONE =
      new Readings(Map.of(), Set.of(), Map.of(), Map.of(), ScrubResults.NONE);

  /// What that says of the layers of `store`; looked up as it is asked for, since most is not.
  public LayerEvidence evidence(StoreSnapshot store) {
    return new StoreEvidence(this, store);
  }

  /// The tar-split records of `store` that are too large to read, and what of its layers could not
  /// be read. What this process may not read, measuring it has told already.
  public Map<String, String> unreadable(StoreSnapshot store) {
    if (scrub.isEmpty()
        && tarSplits.values().stream().noneMatch(TarSplit.Unknown.class::isInstance)) {
      return Map.of();
    }
    var unreadable = new HashMap<String, String>();
    for (TarSplitFile file : store.tarSplits().values()) {
      if (tarSplits.get(file) instanceof TarSplit.Unknown(String reason)) {
        unreadable.put(file.path().relative(), reason);
      }
    }
    var evidence = new StoreEvidence(this, store);
    for (ChainId layer : store.layers().keySet()) {
      for (Depth depth : Depth.values()) {
        evidence.scrubbed(layer, depth).ifPresent(reading -> note(reading.verdict(), unreadable));
      }
    }
    store
        .layerBlobs()
        .forEach(blob -> evidence.verdict(blob).ifPresent(verdict -> note(verdict, unreadable)));
    return unreadable;
  }

  private static void note(LayerVerdict verdict, Map<String, String> unreadable) {
    if (verdict instanceof LayerVerdict.Unreadable(String path, String reason, boolean isForbidden)
        && !isForbidden) {
      unreadable.put(path, reason);
    }
  }

  /// The same, with what scrubbing has shown.
  public Readings with(ScrubResults results) {
    return new Readings(usages, complete, tarSplits, confirmed, results);
  }

  /// Whether the tar-split record of every layer in `seen` was read in the state that it has there.
  public boolean cover(Observation seen) {
    return seen.stores().stream()
        .allMatch(store -> tarSplits.keySet().containsAll(store.store().tarSplits().values()));
  }

  /// @param records of the layers, if any was scrubbed
  private record StoreEvidence(
      Readings readings, StoreSnapshot store, Map<ChainId, LayerRecord> records)
      implements LayerEvidence {

    StoreEvidence(Readings readings, StoreSnapshot store) {
      this(readings, store, readings.scrub().isEmpty() ? Map.of() : store.layerRecords());
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
      LayerDirectory directory = store.layerDirectories().get(layer);
      return directory != null
              && store.keepsLayersApart()
              && readings.complete().contains(directory.path())
          ? Optional.ofNullable(readings.usages().get(directory.path()))
              .filter(usage -> usage.unreadable() == 0)
          : Optional.empty();
    }

    @Override
    public Optional<TarSplit> tarSplit(ChainId layer) {
      TarSplitFile file = store.tarSplits().get(layer);
      return file == null ? Optional.empty() : Optional.ofNullable(readings.tarSplits().get(file));
    }

    private Optional<Held> held(ChainId layer) {
      LayerRecord record = records.get(layer);
      LayerDirectory directory = store.layerDirectories().get(layer);
      return record == null || directory == null
          ? Optional.empty()
          : Optional.of(new Held(directory.path(), record));
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

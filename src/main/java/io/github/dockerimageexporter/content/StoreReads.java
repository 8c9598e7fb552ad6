package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.content.size.SizeMismatchReader.SizeMismatch;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Changes;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.TarSplit;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is to be read of one store to know the sizes of its layers, followed from scan to scan and
/// from reading to reading. For one thread.
final class StoreReads {
  private static final long FIRST = 0;
  private static final long LATER = 1;

  private Optional<LayerEvidence> before = Optional.empty();
  private PersistentMap<ChainId, TarSplitFile> known = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<TarSplitFile, Long> records = PersistentMap.empty(KeyOrder.byHash());
  private final Map<ChainId, SizeMismatch> mismatches = new HashMap<>();

  /// Goes on to what a store has become.
  ///
  /// @param evidence of its layers
  void follow(Path dataRoot, StoreSnapshot store, LayerEvidence evidence) {
    Set<ChainId> changed =
        before
            .flatMap(evidence::changesSince)
            .map(Changes::layers)
            .orElseGet(() -> allLayers(store));
    before = Optional.of(evidence);
    PersistentMap<TarSplitFile, Long>.Editor line = records.edit();
    for (ChainId id : changed) {
      @Nullable Layer layer = store.layers().get(id);
      place(known.get(id), store.tarSplits().get(id), layer, evidence, line);
      Optional.ofNullable(layer)
          .filter(evidence::disputesSizeOf)
          .flatMap(_ -> mismatch(dataRoot, id, store, evidence))
          .ifPresentOrElse(found -> mismatches.put(id, found), () -> mismatches.remove(id));
    }
    known = store.tarSplits();
    records = line.done();
  }

  private Set<ChainId> allLayers(StoreSnapshot store) {
    return Stream.of(store.layers(), store.tarSplits(), known)
        .flatMap(layers -> layers.keySet().stream())
        .collect(toSet());
  }

  private static void place(
      @Nullable TarSplitFile was,
      @Nullable TarSplitFile now,
      @Nullable Layer layer,
      LayerEvidence evidence,
      PersistentMap<TarSplitFile, Long>.Editor line) {
    if (was != null && !was.equals(now)) {
      line.remove(was);
    }
    if (now != null) {
      line.put(now, layer != null && differs(layer, evidence) ? FIRST : LATER);
    }
  }

  private static boolean differs(Layer layer, LayerEvidence evidence) {
    return evidence.contentBytes(layer.chainId()).orElse(layer.sizeBytes()) != layer.sizeBytes();
  }

  /// Its tar-split records, and where each stands in line: those of layers whose size is not that
  /// of their files are first.
  PersistentMap<TarSplitFile, Long> records() {
    return records;
  }

  /// The layers whose size is neither that of their files nor that of their record.
  Collection<SizeMismatch> mismatches() {
    return mismatches.values();
  }

  private static Optional<SizeMismatch> mismatch(
      Path dataRoot, ChainId layer, StoreSnapshot store, LayerEvidence evidence) {
    LayerDirectory home = store.layerDirectories().get(layer);
    StoreDirectory directory = home == null ? null : store.directories().get(home.path());
    TarSplitFile record = store.tarSplits().get(layer);
    Optional<TarSplit> tarSplit = evidence.tarSplit(layer);
    OptionalLong contentBytes = evidence.contentBytes(layer);
    return directory == null || record == null || tarSplit.isEmpty() || contentBytes.isEmpty()
        ? Optional.empty()
        : directory
            .content()
            .map(
                content ->
                    new SizeMismatch(
                        new StorePath(dataRoot, directory.path(), 1),
                        content,
                        directory.inode(),
                        contentBytes.getAsLong(),
                        record,
                        tarSplit.get()));
  }
}

package io.github.dockerimageexporter.content.layer;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Changes;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.TarSplit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tar-split records of a store that are too large to read, and what of its layers and blobs
/// could not be read; followed from scan to scan. What this process may not read, measuring it has
/// told already. For one thread.
public final class UnreadableContent {
  private Optional<LayerEvidence> before = Optional.empty();
  private final Map<ChainId, Map<String, String>> layers = new HashMap<>();
  private final Map<LayerRecord.Blob, Map<String, String>> blobs = new HashMap<>();

  /// Why, for each path relative to the data root.
  ///
  /// @param evidence of the layers of `store`
  public Map<String, String> of(StoreSnapshot store, LayerEvidence evidence) {
    Changes changes =
        before.flatMap(evidence::changesSince).orElseGet(() -> everything(store, evidence));
    before = Optional.of(evidence);
    for (ChainId layer : changes.layers()) {
      keep(layers, layer, unreadable(store, evidence, layer));
    }
    for (LayerRecord.Blob blob : changes.blobs()) {
      keep(blobs, blob, evidence.verdict(blob).map(UnreadableContent::reasons).orElse(Map.of()));
    }
    if (layers.isEmpty() && blobs.isEmpty()) {
      return Map.of();
    }
    var all = new HashMap<String, String>();
    layers.values().forEach(all::putAll);
    presentBlobs(store).map(blobs::get).forEach(all::putAll);
    return all;
  }

  private Changes everything(StoreSnapshot store, LayerEvidence evidence) {
    layers.clear();
    blobs.clear();
    if (evidence.isEmpty()) {
      return new Changes(Set.of(), Set.of());
    }
    return new Changes(
        Stream.concat(store.layers().keySet().stream(), store.tarSplits().keySet().stream())
            .collect(toSet()),
        evidence.hasVerdicts() ? Set.copyOf(store.layerBlobs()) : Set.of());
  }

  private Stream<LayerRecord.Blob> presentBlobs(StoreSnapshot store) {
    return blobs.isEmpty()
        ? Stream.empty()
        : store.layerBlobs().stream().filter(blobs::containsKey);
  }

  private static <K> void keep(
      Map<K, Map<String, String>> all, K key, Map<String, String> reasons) {
    if (reasons.isEmpty()) {
      all.remove(key);
    } else {
      all.put(key, reasons);
    }
  }

  private static Map<String, String> unreadable(
      StoreSnapshot store, LayerEvidence evidence, ChainId layer) {
    var reasons = new HashMap<String, String>();
    @Nullable TarSplitFile record = store.tarSplits().get(layer);
    if (record != null
        && evidence.tarSplit(layer).orElse(null) instanceof TarSplit.Unknown(String reason)) {
      reasons.put(record.relative(), reason);
    }
    for (Depth depth : Depth.values()) {
      evidence
          .scrubbed(layer, depth)
          .ifPresent(reading -> reasons.putAll(reasons(reading.verdict())));
    }
    return reasons;
  }

  private static Map<String, String> reasons(LayerVerdict verdict) {
    return verdict instanceof LayerVerdict.Unreadable(String path, String reason, boolean forbidden)
            && !forbidden
        ? Map.of(path, reason)
        : Map.of();
  }
}

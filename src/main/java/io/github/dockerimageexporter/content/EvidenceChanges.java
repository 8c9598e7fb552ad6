package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.content.layer.LayerIndex;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Changes;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Finds the layers of a store of which something else may be known.
final class EvidenceChanges {
  private final LayerIndex.Of index;
  private final Set<ChainId> layers = new HashSet<>();
  private final Set<LayerRecord.Blob> blobs = new HashSet<>();

  /// @param now the store as it is now: what is gone by now, or has another directory, shows by
  /// that
  EvidenceChanges(LayerIndex indexes, StoreSnapshot now) {
    index = indexes.of(now);
  }

  Changes found() {
    return new Changes(layers, blobs);
  }

  /// By what the store has.
  EvidenceChanges add(StoreSnapshot before, StoreSnapshot now) {
    now.layerDirectories()
        .changesSince(before.layerDirectories(), (layer, _, _) -> layers.add(layer));
    now.tarSplits().changesSince(before.tarSplits(), (layer, _, _) -> layers.add(layer));
    now.layers().changesSince(before.layers(), (layer, _, _) -> layers.add(layer));
    return this;
  }

  /// By what was read.
  EvidenceChanges add(Readings before, Readings now) {
    now.usages().changesSince(before.usages(), (directory, _, _) -> add(directory));
    now.targets().changesSince(before.targets(), (directory, _, _) -> add(directory));
    now.tarSplits()
        .changesSince(before.tarSplits(), (record, _, _) -> layers.addAll(index.of(record)));
    differing(before.confirmed(), now.confirmed()).forEach(this::add);
    for (Depth depth : Depth.values()) {
      now.scrub().at(depth).changesSince(before.scrub().at(depth), (held, _, _) -> add(held));
    }
    return this;
  }

  /// By what the layers are compared with. Nothing was compared with what is not known on one side.
  EvidenceChanges addRecords(
      PersistentMap<ChainId, LayerRecord> before, PersistentMap<ChainId, LayerRecord> now) {
    if (!before.isEmpty() && !now.isEmpty()) {
      now.changesSince(before, (layer, _, _) -> layers.add(layer));
    }
    return this;
  }

  private void add(Path directory) {
    layers.addAll(index.in(directory));
  }

  private void add(Held held) {
    add(held.directory());
    if (held.record() instanceof LayerRecord.Blob blob && held.equals(Held.ofBlob(blob))) {
      blobs.add(blob);
    }
  }

  private static <K, V> Set<K> differing(Map<K, V> before, Map<K, V> now) {
    var differing = new HashSet<K>();
    now.forEach(
        (key, value) -> {
          if (!Objects.equals(before.get(key), value)) {
            differing.add(key);
          }
        });
    before.keySet().stream().filter(key -> !now.containsKey(key)).forEach(differing::add);
    return differing;
  }
}

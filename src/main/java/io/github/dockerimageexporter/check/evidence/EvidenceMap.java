package io.github.dockerimageexporter.check.evidence;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Changes;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// What the record of each layer, and what is known of its content, come to. Follows both from scan
/// to scan: only layers that have changed, or of which something else may be known, are asked for
/// again. For one thread.
public final class EvidenceMap<V> {
  private final BiFunction<Layer, LayerEvidence, @Nullable V> value;
  private PersistentMap<ChainId, Layer> layers = PersistentMap.empty(Keys.CHAINS);
  private Optional<LayerEvidence> evidence = Optional.empty();
  private PersistentMap<ChainId, V> derived = PersistentMap.empty(Keys.CHAINS);

  /// @param value that of a layer, by what is known of that layer alone; null if it is to have
  ///     none, as one of which nothing is known
  public EvidenceMap(BiFunction<Layer, LayerEvidence, @Nullable V> value) {
    this.value = value;
  }

  /// What comes of `now`, the layers of a store, and what is `known` of them.
  public PersistentMap<ChainId, V> of(PersistentMap<ChainId, Layer> now, LayerEvidence known) {
    PersistentMap<ChainId, V>.Editor editor = derived.edit();
    for (ChainId id : reached(now, known)) {
      @Nullable Layer layer = now.get(id);
      @Nullable V made = layer == null ? null : value.apply(layer, known);
      if (made == null) {
        editor.remove(id);
      } else {
        editor.put(id, made);
      }
    }
    layers = now;
    evidence = Optional.of(known);
    derived = editor.done();
    return derived;
  }

  private Set<ChainId> reached(PersistentMap<ChainId, Layer> now, LayerEvidence known) {
    if (derived.isEmpty() && known.isEmpty()) {
      return Set.of();
    }
    if (layers.isEmpty()) {
      return now.keySet();
    }
    Set<ChainId> reached =
        new HashSet<>(
            evidence.flatMap(known::changesSince).map(Changes::layers).orElse(now.keySet()));
    now.changesSince(layers, (id, _, _) -> reached.add(id));
    return reached;
  }
}

package io.github.dockerimageexporter.check.evidence;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which faults have been looked for in every layer of a store; counted from scan to scan. For one
/// thread.
public final class SoughtFaults {
  /// Most layers have the same.
  private final Map<Set<Fault>, Set<Fault>> alike = new HashMap<>();

  private final EvidenceMap<Set<Fault>> faults = new EvidenceMap<>(this::soughtIn);
  private PersistentMap<ChainId, Set<Fault>> counted = PersistentMap.empty(Keys.CHAINS);
  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

  /// The faults that one of `layers` may have without anybody knowing.
  public Set<Fault> notSought(PersistentMap<ChainId, Layer> layers, LayerEvidence evidence) {
    PersistentMap<ChainId, Set<Fault>> now = faults.of(layers, evidence);
    now.changesSince(
        counted,
        (_, before, after) -> {
          count(before, -1);
          count(after, 1);
        });
    counted = now;
    Set<Fault> notSought = EnumSet.allOf(Fault.class);
    notSought.removeIf(fault -> counts.getOrDefault(fault, 0) == layers.size());
    return notSought;
  }

  private @Nullable Set<Fault> soughtIn(Layer layer, LayerEvidence evidence) {
    Set<Fault> sought = evidence.soughtFaults(layer.chainId());
    return sought.isEmpty() ? null : alike.computeIfAbsent(sought, Set::copyOf);
  }

  private void count(@Nullable Set<Fault> sought, int change) {
    if (sought != null) {
      sought.forEach(fault -> counts.merge(fault, change, Integer::sum));
    }
  }
}

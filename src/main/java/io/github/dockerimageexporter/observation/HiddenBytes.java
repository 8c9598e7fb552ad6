package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// How many bytes of lower layers the upper ones of their chain replace or remove, as far as that
/// is known by now.
///
/// @param byLayer what a layer hides of each of those below it that none between them hides; only
///     of layers of which that is known
public record HiddenBytes(PersistentMap<ChainId, Map<ChainId, Long>> byLayer) {
  /// Nothing is known.
  public static final HiddenBytes UNKNOWN = new HiddenBytes(PersistentMap.empty(Keys.CHAINS));

  /// Of all layers of a chain; empty while it is not known what one of them hides.
  public OptionalLong in(List<ChainId> chain) {
    return Inventory.sum(chain, this::hiddenBy);
  }

  /// Of one layer of a chain.
  public OptionalLong of(ChainId layer, List<ChainId> chain) {
    return Inventory.sum(chain, upper -> hiddenBy(upper, layer));
  }

  private OptionalLong hiddenBy(ChainId upper) {
    Map<ChainId, Long> hidden = byLayer.get(upper);
    return hidden == null ? OptionalLong.empty() : OptionalLong.of(sum(hidden.values()));
  }

  private OptionalLong hiddenBy(ChainId upper, ChainId lower) {
    Map<ChainId, Long> hidden = byLayer.get(upper);
    return hidden == null ? OptionalLong.empty() : OptionalLong.of(hidden.getOrDefault(lower, 0L));
  }

  private static long sum(Collection<Long> figures) {
    return figures.stream().mapToLong(Long::longValue).sum();
  }
}

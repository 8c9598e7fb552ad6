package io.github.dockerimageexporter.scrub.cover;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A layer and all below it, each with the record of its tar in the state in which a scan found it.
///
/// @param below the next lower one; empty for a base layer
/// @param height 1 for a base layer
/// @param state changes with each record of the chain
public record ChainLayer(
    ChainId id, LayerRecord record, Optional<ChainLayer> below, int height, long state) {
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  /// The base layer of a chain.
  public static ChainLayer base(ChainId id, LayerRecord record) {
    return new ChainLayer(id, record, Optional.empty(), 1, record.hashCode());
  }

  /// The layer that stands on this one.
  public ChainLayer with(ChainId upper, LayerRecord itsRecord) {
    return new ChainLayer(
        upper, itsRecord, Optional.of(this), height + 1, state * SPREAD + itsRecord.hashCode());
  }

  /// The whole chain, lowest first.
  List<ChainLayer> chain() {
    var chain = new ArrayDeque<ChainLayer>();
    for (Optional<ChainLayer> next = Optional.of(this); next.isPresent(); next = next.get().below) {
      chain.addFirst(next.get());
    }
    return List.copyOf(chain);
  }

  // Written out: what is below is in the state, and need not be gone through.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChainLayer that
        && id.equals(that.id)
        && state == that.state
        && record.equals(that.record);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}

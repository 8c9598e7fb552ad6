package io.github.dockerimageexporter.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An image's layers as its configuration names them, lowest first. No layer at all is legal.
///
/// The chain IDs are computed once, here, since every scan of the store compares them again. Two
/// root file systems are equal when their diff IDs are.
public final class RootFs {
  private final List<DiffId> diffIds;
  private final List<ChainId> chainIds;

  public RootFs(List<DiffId> diffIds) {
    this(diffIds, chain(diffIds));
  }

  /// @param chainIds what `diffIds` hash to, for a caller that has computed them already
  public RootFs(List<DiffId> diffIds, List<ChainId> chainIds) {
    this.diffIds = List.copyOf(diffIds);
    this.chainIds = List.copyOf(chainIds);
  }

  public List<DiffId> diffIds() {
    return diffIds;
  }

  /// The chain ID at each height of the stack, lowest first; as long as `diffIds`.
  public List<ChainId> chainIds() {
    return chainIds;
  }

  private static List<ChainId> chain(List<DiffId> diffIds) {
    var chainIds = new ArrayList<ChainId>(diffIds.size());
    for (DiffId diffId : diffIds) {
      chainIds.add(chainIds.isEmpty() ? ChainId.ofBase(diffId) : chainIds.getLast().with(diffId));
    }
    return chainIds;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RootFs that && diffIds.equals(that.diffIds);
  }

  @Override
  public int hashCode() {
    return diffIds.hashCode();
  }

  @Override
  public String toString() {
    return diffIds.toString();
  }
}

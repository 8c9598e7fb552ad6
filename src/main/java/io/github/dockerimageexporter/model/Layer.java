package io.github.dockerimageexporter.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A read-only layer as the layer store records it.
///
/// @param chainId the name of its directory in the layer store
/// @param parent the chain below it; empty for a base layer
/// @param cacheId the name of the directory that holds its content
/// @param sizeBytes what Docker recorded for this layer alone
/// @param impliedChainId what `parent` and `diffId` hash to: `chainId`, in a sound store. Kept,
///     since every scan of the store compares it again
public record Layer(
    ChainId chainId,
    DiffId diffId,
    Optional<ChainId> parent,
    CacheId cacheId,
    long sizeBytes,
    ChainId impliedChainId) {

  public static Layer of(
      ChainId chainId, DiffId diffId, Optional<ChainId> parent, CacheId cacheId, long sizeBytes) {
    ChainId implied = parent.map(p -> p.with(diffId)).orElseGet(() -> ChainId.ofBase(diffId));
    return new Layer(
        chainId, diffId, parent, cacheId, sizeBytes, implied.equals(chainId) ? chainId : implied);
  }

  // Written out, since each is compared with that of the pass before: what records generate is
  // several times slower without C2.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Layer that
        && chainId.equals(that.chainId)
        && diffId.equals(that.diffId)
        && parent.equals(that.parent)
        && cacheId.equals(that.cacheId)
        && sizeBytes == that.sizeBytes
        && impliedChainId.equals(that.impliedChainId);
  }

  @Override
  public int hashCode() {
    return chainId.hashCode();
  }

  /// Whether its name is the chain ID that its parent and diff ID imply.
  public boolean isNamedByItsChain() {
    return impliedChainId.equals(chainId);
  }
}

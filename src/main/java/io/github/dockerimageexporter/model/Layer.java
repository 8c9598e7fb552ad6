package io.github.dockerimageexporter.model;

import java.util.Optional;

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

  /// Whether its name is the chain ID that its parent and diff ID imply.
  public boolean isNamedByItsChain() {
    return impliedChainId.equals(chainId);
  }
}

package io.github.dockerimageexporter.model;

import java.util.Optional;

/// A layer directory whose files are not what Docker writes there.
///
/// @param path the file at fault, relative to the data root; the layer's directory if it is empty
/// @param cacheId the name of the directory that holds its content, if that much can be read
/// @param reason what was found and what was expected
/// @param empty whether the directory holds no file at all, which blocks every pull of the layer
/// @param usable whether Docker uses the layer all the same
public record InvalidLayer(
    ChainId chainId,
    String path,
    Optional<CacheId> cacheId,
    String reason,
    boolean empty,
    boolean usable) {

  /// One that Docker does not load.
  public InvalidLayer(
      ChainId chainId, String path, Optional<CacheId> cacheId, String reason, boolean empty) {
    this(chainId, path, cacheId, reason, empty, false);
  }
}

package io.github.dockerimageexporter.snapshot.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import java.util.Optional;

/// A writable layer, or another mount of a chain, as `layerdb/mounts/<name>` records it.
///
/// @param name the container ID, or a builder's own name
/// @param mountId the driver's directory that takes the writes
/// @param initId the driver's directory between it and the image; containers have one
/// @param parent the image's top chain; empty for `FROM scratch`
public record RwLayer(
    String name, CacheId mountId, Optional<CacheId> initId, Optional<ChainId> parent) {}

package io.github.dockerimageexporter.snapshot.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import java.util.Optional;

/// A mount whose files are not what Docker writes there.
///
/// @param path the file at fault, relative to the data root
/// @param mountId the driver's directory that takes the writes, if that much can be read
/// @param initId the driver's directory below it, likewise
/// @param parent the chain that it stands on, likewise
/// @param tellsDirectory false if it names a directory that cannot be read
/// @param tellsParent false if it names a chain that cannot be read
/// @param reason what was found and what was expected
public record InvalidMount(
    String name,
    String path,
    Optional<CacheId> mountId,
    Optional<CacheId> initId,
    Optional<ChainId> parent,
    boolean tellsDirectory,
    boolean tellsParent,
    String reason) {}

package io.github.dockerimageexporter.model;

import java.util.Optional;

/// A mount whose files are not what Docker writes there.
///
/// @param path the file at fault, relative to the data root
/// @param mountId the driver's directory that takes the writes, if that much can be read
/// @param initId the driver's directory below it, likewise
/// @param reason what was found and what was expected
public record InvalidMount(
    String name, String path, Optional<CacheId> mountId, Optional<CacheId> initId, String reason) {}

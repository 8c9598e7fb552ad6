package io.github.dockerimageexporter.model;

import java.time.Instant;
import java.util.Optional;

/// A container that Docker does not load, for what it finds of its configuration.
///
/// Which driver the container is of stands in the configuration, so that only its mount tells.
///
/// @param path the file at fault, relative to the data root
/// @param reason what was found and what was expected
/// @param begun when a container without configuration last changed: it may be in the making
public record InvalidContainer(String id, String path, String reason, Optional<Instant> begun) {}

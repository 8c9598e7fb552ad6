package io.github.dockerimageexporter.model;

import java.util.Optional;

/// An image whose configuration is there and cannot be understood.
///
/// @param contentDigest what its bytes hash to; empty if they are not a regular file of legal size
/// @param reason what was found and what was expected
public record InvalidImage(ImageId id, Optional<Digest> contentDigest, String reason) {}

package io.github.dockerimageexporter.model;

import java.time.Instant;
import java.util.Optional;

/// An image whose configuration could be parsed.
///
/// @param contentDigest what the configuration's bytes hash to; the image ID, in a sound store
/// @param parent the image it was built or committed on; pulled images have none
/// @param lastTagged when it was last tagged, built or committed; pull and load do not record it
public record Image(
    ImageId id,
    Digest contentDigest,
    RootFs rootFs,
    Platform platform,
    Optional<Instant> created,
    Optional<ImageId> parent,
    Optional<Instant> lastTagged) {

  /// Whether the configuration is the one that the image ID names.
  public boolean hasIntactConfig() {
    return contentDigest.equals(id.digest());
  }
}

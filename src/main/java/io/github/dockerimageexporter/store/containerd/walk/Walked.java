package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What an image leads to.
///
/// @param mentions what it names
/// @param unread why not all of it is known, if so
/// @param isRepeatable whether all could be read that the walk asked for
public record Walked(
    ImageContent content,
    List<PlatformImage> platforms,
    List<Mention> mentions,
    Optional<String> unread,
    boolean isRepeatable) {

  /// A platform, and since when its configuration says that it is there.
  public record PlatformImage(ImageManifest manifest, Optional<Instant> created) {}
}

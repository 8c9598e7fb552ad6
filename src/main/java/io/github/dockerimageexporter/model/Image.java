package io.github.dockerimageexporter.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// An image whose record could be parsed.
///
/// @param contentDigest what the content that the image ID names hashes to; the same if it is sound
/// @param manifests what of it is here, one for each platform, the one that Docker would run first;
///     never empty
/// @param parent the image it was built or committed on; pulled images have none
/// @param lastTagged when it was last tagged, built or committed; pull and load do not record it
public record Image(
    ImageId id,
    Digest contentDigest,
    List<ImageManifest> manifests,
    Optional<Instant> created,
    Optional<ImageId> parent,
    Optional<Instant> lastTagged) {
  public Image {
    manifests = List.copyOf(manifests);
    if (manifests.isEmpty()) {
      throw new IllegalArgumentException("an image without a manifest: " + id);
    }
  }

  /// The platform that Docker would run.
  public Platform platform() {
    return manifests.getFirst().platform();
  }

  /// The layers of the platform that Docker would run.
  public RootFs rootFs() {
    return manifests.getFirst().rootFs();
  }

  /// The layers of every platform that is unpacked, each once.
  public List<ChainId> layers() {
    return manifests.size() == 1 && manifests.getFirst().unpacked()
        ? rootFs().chainIds()
        : chains().flatMap(chain -> chain.chainIds().stream()).distinct().toList();
  }

  /// The layers of each platform that is unpacked.
  public Stream<RootFs> chains() {
    return manifests.stream().filter(ImageManifest::unpacked).map(ImageManifest::rootFs);
  }

  /// Whether the content is what the image ID names.
  public boolean hasIntactConfig() {
    return contentDigest.equals(id.digest());
  }
}

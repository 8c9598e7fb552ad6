package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What an image's target leads to, as far as its namespace has records of it.
///
/// @param indexes the target and the indexes below it, those that have a record
/// @param manifests all that they name, fetched or not
public record ImageContent(List<Sized> indexes, List<Manifest> manifests) {

  /// How often each image is run, of those that are.
  ///
  /// @param running the manifest of each container
  static Map<ImageId, Long> timesRun(
      Map<ImageId, ImageContent> contents, Collection<Digest> running) {
    if (running.isEmpty()) {
      return Map.of();
    }
    var runs = new HashMap<Digest, Long>();
    running.forEach(manifest -> runs.merge(manifest, 1L, Long::sum));
    var counts = new HashMap<ImageId, Long>();
    contents.forEach(
        (image, content) -> {
          for (Manifest manifest : content.manifests()) {
            if (manifest.runs() && runs.containsKey(manifest.digest())) {
              counts.merge(image, runs.get(manifest.digest()), Long::sum);
            }
          }
        });
    return counts;
  }

  /// A blob by its size in whatever names it.
  public record Sized(Digest digest, long sizeBytes) {}

  /// A manifest, of an image or of an artefact in its clothes.
  ///
  /// @param content itself and what it names, those that have a record, as often as they are named
  /// @param layers the blobs of its layers, here or not; lowest first
  /// @param chain the layers, if it is of an image and its configuration is known; lowest first
  /// @param runs whether containers can be made from it: it is not an attestation or the like
  public record Manifest(
      Digest digest, List<Sized> content, List<Digest> layers, List<ChainId> chain, boolean runs) {

    /// One that is not here.
    public static Manifest unread(Digest digest, boolean runs) {
      return new Manifest(digest, List.of(), List.of(), List.of(), runs);
    }
  }
}

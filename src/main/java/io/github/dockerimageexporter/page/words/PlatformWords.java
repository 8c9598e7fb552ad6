package io.github.dockerimageexporter.page.words;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.ImageManifest.AbsentLayer;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Quote;
import java.util.List;
import java.util.stream.Stream;

/// What to say of an image's platform, and of what of it is here.
public final class PlatformWords {
  private PlatformWords() {}

  /// `linux/arm64/v8`; `unknown platform` where nothing says what it is.
  public static String name(Platform platform) {
    String name =
        Stream.of(platform.os(), platform.architecture(), platform.variant())
            .filter(part -> !part.isEmpty())
            .collect(joining("/"));
    return name.isEmpty() ? "unknown platform" : Quote.line(name);
  }

  /// `complete`, or `partial` with what of the layers' blobs is not here.
  public static String content(ImageManifest manifest) {
    if (manifest.complete()) {
      return "complete";
    }
    String missing = missing(manifest);
    return missing.isEmpty() ? "partial" : "partial: " + missing;
  }

  /// Which part of the layers' blobs was not fetched or is lost; empty if none.
  public static String missing(ImageManifest manifest) {
    List<AbsentLayer> unfetched = manifest.unfetchedLayers();
    int lost = manifest.absentLayers().size() - unfetched.size();
    return Stream.of(unfetched(unfetched, manifest), lost == 0 ? "" : lost + " lost")
        .filter(part -> !part.isEmpty())
        .collect(joining(", "));
  }

  /// What of the platform does not work; only for one of which something was not fetched.
  public static String consequence(ImageManifest manifest) {
    return manifest.unpacked()
        ? "containers run, but saving or pushing the image is incomplete or fails"
        : "containers cannot run until they are fetched";
  }

  private static String unfetched(List<AbsentLayer> layers, ImageManifest manifest) {
    if (layers.isEmpty()) {
      return "";
    }
    long bytes = layers.stream().mapToLong(AbsentLayer::sizeBytes).sum();
    int all = Math.max(manifest.rootFs().diffIds().size(), layers.getLast().height());
    return "%d of %s (%s) not fetched"
        .formatted(layers.size(), Numbers.count(all, "layer blob"), Bytes.format(bytes));
  }
}

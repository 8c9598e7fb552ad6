package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.Unreadable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Collects, during one pass, what is there and could not be read.
public final class ReadFailures {
  private final Set<StorePart> parts = EnumSet.noneOf(StorePart.class);
  private final Set<ImageId> images = new HashSet<>();
  private final Set<ChainId> layers = new HashSet<>();
  private final Map<String, String> reasons = new HashMap<>();

  public void part(StorePart part, String path, IOException cause) {
    part(part, path, reason(cause));
  }

  public void part(StorePart part, String path, String reason) {
    unknown(part);
    reasons.put(path, reason);
  }

  /// A part that this program has no way to know; nothing is wrong with it.
  public void unknown(StorePart part) {
    parts.add(part);
  }

  public boolean isUnknown(StorePart part) {
    return parts.contains(part);
  }

  public void image(ImageId image, String path, IOException cause) {
    images.add(image);
    reasons.put(path, reason(cause));
  }

  /// An image of which nothing can be known for a path that is noted already.
  public void unknown(ImageId image) {
    images.add(image);
  }

  public void layer(ChainId layer, String path, IOException cause) {
    layers.add(layer);
    reasons.put(path, reason(cause));
  }

  public void path(String path, IOException cause) {
    path(path, reason(cause));
  }

  public void path(String path, String reason) {
    reasons.put(path, reason);
  }

  public boolean hasPath(String path) {
    return reasons.containsKey(path);
  }

  /// Whether every image and layer found could be read, and all were found.
  public boolean knowEveryChain() {
    return !isUnknown(StorePart.IMAGES)
        && !isUnknown(StorePart.LAYERS)
        && images.isEmpty()
        && layers.isEmpty();
  }

  public Unreadable toUnreadable() {
    return new Unreadable(parts, images, layers, reasons);
  }

  /// The cause without its path, which stands beside it.
  public static String reason(IOException cause) {
    return switch (cause) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    };
  }
}

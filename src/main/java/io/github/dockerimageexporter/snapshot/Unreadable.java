package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What is there and could not be read: unknown, which is neither sound nor broken.
///
/// @param parts the lists that are unknown as a whole
/// @param images images whose configuration is unknown
/// @param layers layers whose record is unknown
/// @param reasons why, for each path relative to the data root
public record Unreadable(
    Set<StorePart> parts, Set<ImageId> images, Set<ChainId> layers, Map<String, String> reasons) {
  public static final Unreadable NOTHING = new Unreadable(Set.of(), Set.of(), Set.of(), Map.of());

  public Unreadable {
    parts = Set.copyOf(parts);
    images = Set.copyOf(images);
    layers = Set.copyOf(layers);
    reasons = Map.copyOf(reasons);
  }

  /// The same, and paths of which no more is known than why.
  public Unreadable and(Map<String, String> more) {
    var all = new HashMap<String, String>(reasons);
    all.putAll(more);
    return new Unreadable(parts, images, layers, all);
  }

  /// Whether `path`, relative to the data root, or something below it could not be read.
  public boolean hasBelow(String path) {
    return countBelow(path) > 0;
  }

  /// How many paths at or below `path`, relative to the data root, could not be read.
  public long countBelow(String path) {
    return reasons.keySet().stream()
        .filter(each -> each.startsWith(path))
        .filter(each -> each.length() == path.length() || each.charAt(path.length()) == '/')
        .count();
  }
}

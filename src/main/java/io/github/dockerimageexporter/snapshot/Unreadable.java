package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is there and could not be read: unknown, which is neither sound nor broken. All of it is
/// sorted, so that what is told of it has the same order in every run.
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
    images = Collections.unmodifiableSet(new TreeSet<>(images));
    layers = Collections.unmodifiableSet(new TreeSet<>(layers));
    reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
  }

  /// The same, and paths of which no more is known than why.
  Unreadable and(Map<String, String> more) {
    var all = new TreeMap<String, String>(reasons);
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

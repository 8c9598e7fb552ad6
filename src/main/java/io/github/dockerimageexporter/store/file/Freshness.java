package io.github.dockerimageexporter.store.file;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How much of a store a scan asks the kernel about again; the rest is as the scan before saw it.
public final class Freshness {
  /// Every file's stat is compared, so that an edit in place is found: a full scan.
  public static final Freshness EVERY_FILE = new Freshness(Optional.empty());

  private static final String SEPARATOR = "/";

  /// By directory, the names of which something was told.
  private final Optional<Map<String, Set<String>>> told;

  private Freshness(Optional<Map<String, Set<String>>> told) {
    this.told = told;
  }

  /// What the watch has told of: for the scans between two full ones. An edit in a directory that
  /// is not watched is left to these.
  ///
  /// @param paths of all files and directories that have changed since the scan before, as they are
  ///     shown: relative to the data root, or absolute if they are not in it
  public static Freshness of(Collection<String> paths) {
    Map<String, Set<String>> told = new HashMap<>();
    for (String path : paths) {
      int end = path.length();
      for (int slash = path.lastIndexOf(SEPARATOR); slash > 0; slash = above(path, slash)) {
        told.computeIfAbsent(path.substring(0, slash), _ -> new HashSet<>())
            .add(path.substring(slash + 1, end));
        end = slash;
      }
    }
    return new Freshness(Optional.of(told));
  }

  private static int above(String path, int slash) {
    return path.lastIndexOf(SEPARATOR, slash - 1);
  }

  /// Whether each file is asked for.
  public boolean isFull() {
    return told.isEmpty();
  }

  /// The entries of `directory` that have changed, or below which something has; empty if all are
  /// to be asked for.
  public Optional<Set<String>> changedIn(String directory) {
    return told.map(names -> names.getOrDefault(directory, Set.of()))
        .filter(names -> names.stream().allMatch(Freshness::isPlain));
  }

  /// Whether the name that was told is that in a listing, whatever this program's locale.
  private static boolean isPlain(String name) {
    return name.chars().allMatch(c -> c > 0 && c < 0x80);
  }
}

package io.github.dockerimageexporter.refresh.watch;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// What the watch has told of since it was last asked. For any thread.
final class Changes {
  /// More than that is no change, but another store.
  private static final int MOST = 20_000;

  private Set<Path> paths = new HashSet<>();

  /// Whether it may have missed something; so it is before there is a watch.
  private boolean lost = true;

  synchronized void add(Path path) {
    if (!lost && paths.add(path) && paths.size() > MOST) {
      lose();
    }
  }

  /// Takes note that something may have changed of which nobody has told.
  synchronized void lose() {
    lost = true;
    paths = new HashSet<>();
  }

  /// All that has changed since the last call; empty if that is not known.
  synchronized Optional<Set<Path>> take() {
    Optional<Set<Path>> taken = lost ? Optional.empty() : Optional.of(paths);
    lost = false;
    paths = new HashSet<>();
    return taken;
  }
}

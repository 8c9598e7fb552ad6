package io.github.dockerimageexporter.engine.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The mount points of this machine that lie below one directory.
public final class Mounts {
  private static final Path TABLE = Path.of("/proc/self/mounts");
  private static final int MOUNT_POINT = 1;

  private Mounts() {}

  /// The mount points at or below `directory`, the innermost first.
  ///
  /// A table that changes while it is read can lack some, so that two readings have to agree.
  public static List<Path> below(Path directory) throws IOException {
    List<Path> first = read(directory);
    for (List<Path> second = read(directory); !second.equals(first); second = read(directory)) {
      first = second;
    }
    return first;
  }

  private static List<Path> read(Path directory) throws IOException {
    try (var lines = Files.lines(TABLE)) {
      return lines
          .map(line -> Path.of(line.split(" ", -1)[MOUNT_POINT]))
          .filter(mountPoint -> mountPoint.startsWith(directory))
          .toList()
          .reversed();
    }
  }

  /// Unmounts all of them.
  public static void unmountBelow(Path directory) throws IOException, InterruptedException {
    // One that is shared takes others with it.
    for (List<Path> left = below(directory); !left.isEmpty(); left = below(directory)) {
      Program.of("umount", "--lazy", left.getFirst().toString()).run();
    }
  }
}

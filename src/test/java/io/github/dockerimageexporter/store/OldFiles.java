package io.github.dockerimageexporter.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// Files that are older than a tick of their file system's clock, so that what was read of them is
/// trusted as long as their stat is the same.
public final class OldFiles {
  /// More than a tick, of a file system that keeps fractions of a second.
  private static final Duration TICK = Duration.ofMillis(50);

  private OldFiles() {}

  /// Waits until all files below `root` are.
  public static void awaitIn(Path root) {
    Awaitility.await("the files to be older than a tick of the clock")
        .pollInterval(Duration.ofMillis(10))
        .until(() -> newest(root).plus(TICK).isBefore(Instant.now()));
  }

  private static Instant newest(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.map(OldFiles::changed).max(Instant::compareTo).orElseThrow();
    }
  }

  private static Instant changed(Path path) {
    try {
      return ((FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS))
          .toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

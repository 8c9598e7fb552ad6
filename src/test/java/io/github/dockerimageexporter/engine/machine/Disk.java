package io.github.dockerimageexporter.engine.machine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file that is used as a disk, with a file system of its own. What is not written in it takes no
/// space.
public record Disk(Path image) {
  /// xfs takes no less than 300 MiB.
  private static final long SIZE_BYTES = 2L << 30;

  /// Makes its file system.
  ///
  /// @param command that does so with a file
  public Disk make(String... command) throws IOException, InterruptedException {
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE_BYTES);
    }
    var makes = new ArrayList<String>(List.of(command));
    makes.add(image.toString());
    Program.of(makes.toArray(String[]::new)).run();
    return this;
  }

  /// Mounts it; [Mounts#unmountBelow] ends that.
  public void mount(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Program.of("mount", "-o", "loop", image.toString(), directory.toString()).run();
  }
}

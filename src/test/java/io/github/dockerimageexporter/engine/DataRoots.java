package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Path;

/// Copies of a data root, for tests that damage one.
public final class DataRoots {
  private DataRoots() {}

  /// Copies the data root `from` to `to`, which must not exist yet, with owners, times, extended
  /// attributes, hard links, devices and whiteouts. Mounts inside are left out.
  ///
  /// The directories are new, all else is linked to what it is a copy of: a test may remove and
  /// replace files, but must not write into one. That saves more than the bytes: for a minute after
  /// a removal, ext4 passes over each freed inode one by one before it gives out another.
  ///
  /// `from` must be idle: its engine stopped, or at least without running containers or builds.
  public static void copy(Path from, Path to) throws IOException, InterruptedException {
    Program.of(
            "cp",
            "--archive",
            "--link",
            "--one-file-system",
            "--no-target-directory",
            from.toString(),
            to.toString())
        .run();
  }

  /// Removes a copy, without a word on each link that leads out of it.
  public static void remove(Path copy) throws IOException, InterruptedException {
    Program.of("rm", "--recursive", "--force", "--one-file-system", copy.toString()).run();
  }
}

package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Copies of a data root, for tests that damage one.
public final class DataRoots {
  private DataRoots() {}

  /// Copies the data root `from` to `to`, which must not exist yet, with owners, times, extended
  /// attributes, hard links, devices and whiteouts. Mounts inside are left out.
  ///
  /// The directories are new; on the same disk, all else is linked to what it is a copy of: a test
  /// may remove and replace files, but must not write into one. That saves more than the bytes: for
  /// a minute after a removal, ext4 passes over each freed inode one by one before it gives out
  /// another.
  ///
  /// `from` must be idle: its engine stopped, or at least without running containers or builds.
  public static void copy(Path from, Path to) throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of("cp", "--archive", "--no-target-directory"));
    FileStore disk = Files.getFileStore(from);
    if (!disk.type().equals("btrfs")) { // There, each subvolume counts as a file system.
      command.add("--one-file-system");
      if (disk.equals(Files.getFileStore(to.resolveSibling("")))) {
        command.add("--link");
      }
    }
    command.addAll(List.of(from.toString(), to.toString()));
    Program.of(command.toArray(String[]::new)).run();
  }

  /// Removes a copy, without a word on each link that leads out of it.
  public static void remove(Path copy) throws IOException, InterruptedException {
    Program.of("rm", "--recursive", "--force", "--one-file-system", copy.toString()).run();
  }
}

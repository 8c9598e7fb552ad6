package io.github.dockerimageexporter.engine.machine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A file that is used as a disk, with a file system of its own. What is not written in it takes no
/// space.
public record Disk(Path image) {
  /// xfs takes no less than 300 MiB.
  private static final long SIZE_BYTES = 2L << 30;

  /// What a file system keeps back of what it says is free.
  private static final long MARGIN_BYTES = 16L << 20;

  /// The first line of the table of extents: a file's first bytes, and where they are.
  private static final Pattern FIRST_EXTENT =
      Pattern.compile("(?m)^ *0: +0\\.\\. +[0-9]+: +([0-9]+)\\.\\.");

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

  /// Leaves no room on the disk that `directory` is on.
  public static void fill(Path directory) throws IOException, InterruptedException {
    long most = directory.toFile().getUsableSpace() - MARGIN_BYTES;
    Program.of("fallocate", "--length=" + most, directory + "/most").run();
    Program.of("dd", "if=/dev/zero", "of=" + directory + "/rest", "bs=64k").outcome();
  }

  /// Lets the ext4 that is mounted on `directory` find an error.
  public static void fail(Path directory) throws IOException, InterruptedException {
    Path device =
        Path.of(
            Program.of("findmnt", "--noheadings", "--output=SOURCE", directory.toString()).run());
    Files.writeString(
        Path.of("/sys/fs/ext4", device.getFileName().toString(), "trigger_fs_error"), "1");
  }

  /// Changes a bit in the first piece of a file, beneath the file system that is mounted.
  public void rot(Path file) throws IOException, InterruptedException {
    String extents = Program.of("filefrag", "-v", "-b1", file.toString()).run();
    long start =
        FIRST_EXTENT
            .matcher(extents)
            .results()
            .map((MatchResult found) -> Long.valueOf(found.group(1)))
            .findFirst()
            .orElseThrow(() -> new IOException("no extent: " + extents));
    try (var disk = new RandomAccessFile(image.toFile(), "rw")) {
      flip(disk, start);
    }
    // What is in memory would be read instead.
    Program.of("dd", "if=" + file, "iflag=nocache", "count=0").run();
  }

  /// Changes a bit of a file where it is: that takes no room.
  public static void flip(Path file) throws IOException {
    try (var content = new RandomAccessFile(file.toFile(), "rw")) {
      flip(content, 0);
      content.getFD().sync();
    }
  }

  private static void flip(RandomAccessFile file, long start) throws IOException {
    file.seek(start);
    int first = file.read();
    file.seek(start);
    file.write(first ^ 1);
  }
}

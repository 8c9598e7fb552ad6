package io.github.dockerimageexporter.posix;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// One name in a directory.
///
/// A directory need not be opened for the question whether it is as it was: a file in it takes one
/// system call, where opening and closing are two more. The kernel would follow a link that has
/// taken its place since it was listed, but files elsewhere have other stamps.
public record DirectoryEntry(String name, FileKind kind, long inode) {

  /// Whether it is a directory, or may be one for all that is known.
  public boolean isDirectory() {
    return kind == FileKind.DIRECTORY || kind == FileKind.UNKNOWN;
  }

  /// Whether a path leads to what has this name; none of Docker's own is without.
  public static boolean hasPath(String name) {
    try {
      return Path.of(name).toString().indexOf(Directory.NOT_UTF_8) < 0;
    } catch (InvalidPathException inexpressible) {
      return false;
    }
  }

  /// Whether what has this name is as it was when it had `stamp`. False if it cannot be asked.
  public boolean holds(Directory parent, Stamp stamp) {
    return holds(parent, name.getBytes(StandardCharsets.UTF_8), stamp);
  }

  /// Whether what has a name in `parent` is as it was when it had `stamp`. False if it cannot be
  /// asked.
  ///
  /// @param name of one entry, as it is there
  public static boolean holds(Directory parent, byte[] name, Stamp stamp) {
    var scratch = Scratch.ofThread();
    int result = scratch.status.fill(parent.descriptor(), scratch.writePath(name));
    return result >= 0 && stamp.holdsAt(scratch.status.fingerprint());
  }

  /// Whether what was read of `files` in this directory when they had `stamp` is what there is now.
  ///
  /// @param parent where it is
  /// @param files in the order in which [Stamp#with] has joined theirs
  public boolean holds(Directory parent, Stamp stamp, String... files) {
    var scratch = Scratch.ofThread();
    byte[] own = name.getBytes(StandardCharsets.UTF_8);
    long fingerprint = Stamp.ABSENT.fingerprint();
    for (String file : files) {
      int result = scratch.status.fill(parent.descriptor(), scratch.writePath(own, file));
      if (result < 0 && result != -Kernel.ENOENT) {
        return false;
      }
      long next = result < 0 ? Stamp.ABSENT.fingerprint() : scratch.status.fingerprint();
      fingerprint = Stamp.join(fingerprint, next);
    }
    return stamp.holdsAt(fingerprint);
  }

  /// Whether there is a directory `file` in this one.
  public boolean hasDirectory(Directory parent, String file) {
    var scratch = Scratch.ofThread();
    long path = scratch.writePath(name.getBytes(StandardCharsets.UTF_8), file);
    return scratch.status.fill(parent.descriptor(), path) >= 0
        && scratch.status.kind() == FileKind.DIRECTORY;
  }
}

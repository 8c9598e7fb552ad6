package io.github.dockerimageexporter.posix;

/// One name in a directory.
public record DirectoryEntry(String name, FileKind kind, long inode) {

  /// Whether it is a directory, or may be one for all that is known.
  public boolean isDirectory() {
    return kind == FileKind.DIRECTORY || kind == FileKind.UNKNOWN;
  }
}

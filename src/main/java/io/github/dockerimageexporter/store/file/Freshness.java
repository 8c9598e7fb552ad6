package io.github.dockerimageexporter.store.file;

/// How much of a store a scan asks the kernel about again; the rest is as the scan before saw it.
public enum Freshness {
  /// Every file's stat is compared, so that an edit in place is found: a full scan.
  EVERY_FILE,
  /// The inside of a directory only if its name or inode is another. For the scans between two full
  /// ones, in a store too large to watch each directory.
  CHANGED_DIRECTORIES
}

package io.github.dockerimageexporter.store.file;

/// What a scan may take from the scan before without asking the kernel again.
public enum Freshness {
  /// Nothing: every file's stat is compared, so that an edit in place is found.
  NOTHING,
  /// The inside of a directory whose name and inode are as before. For the scans between two
  /// full ones, in a store too large to watch each directory.
  UNCHANGED_DIRECTORIES
}

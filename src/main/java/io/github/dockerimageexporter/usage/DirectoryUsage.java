package io.github.dockerimageexporter.usage;

/// What a directory takes on disk, by two rules.
///
/// | component      | of                  | rule                                            |
/// |----------------|---------------------|-------------------------------------------------|
/// | `contentBytes` | its content         | Docker's: the lengths of all but directories    |
/// | `diskBytes`    | it and all below it | `du -x`: allocated blocks                       |
/// | `inodes`       | it and all below it | `du -x --inodes`                                |
/// | `unreadable`   | it and all below it | names left out, so that a partial sum shows     |
///
/// A file with several names counts once in each.
///
/// Source: moby, `daemon/internal/directory/directory_unix.go`, for `contentBytes`.
public record DirectoryUsage(long contentBytes, long diskBytes, long inodes, long unreadable) {
  /// Of a directory that could not be opened, so that nothing in it is counted.
  static final DirectoryUsage UNREADABLE = new DirectoryUsage(0, 0, 0, 1);
}

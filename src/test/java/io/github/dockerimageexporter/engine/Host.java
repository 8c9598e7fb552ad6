package io.github.dockerimageexporter.engine;

/// What sets a host apart from one on which Docker was installed and started.
///
/// | host           | differs by                                                                |
/// |----------------|---------------------------------------------------------------------------|
/// | `PLAIN`        | nothing                                                                   |
/// | `USERNS_REMAP` | dockerd shifts the users of containers, and of the files of their images  |
/// | `ON_BTRFS`     | its data root is on btrfs                                                 |
/// | `ON_XFS`       | its data root is on xfs                                                   |
public enum Host {
  PLAIN("plain"),
  USERNS_REMAP("with `userns-remap`"),
  ON_BTRFS("on btrfs"),
  ON_XFS("on xfs");

  /// The user who has sub-IDs: one that every Debian has.
  static final String USER = "games";

  /// Where the sub-IDs begin that a remapped root is named after.
  static final int FIRST_USER = 165_536;

  private final String words;

  Host(String words) {
    this.words = words;
  }

  /// What stands before a store's paths below the data root: nothing, or the name of a directory
  /// with its slash.
  public String prefix() {
    return this == USERNS_REMAP ? FIRST_USER + "." + FIRST_USER + "/" : "";
  }

  @Override
  public String toString() {
    return words;
  }
}

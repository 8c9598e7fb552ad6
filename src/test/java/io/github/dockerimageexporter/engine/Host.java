package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.exporter.ShippedUnit;
import java.util.List;

/// What sets a host apart from one on which Docker was installed and started.
///
/// | host              | differs by                                                               |
/// |-------------------|--------------------------------------------------------------------------|
/// | `PLAIN`           | nothing                                                                  |
/// | `USERNS_REMAP`    | dockerd shifts the users of containers, and of their images' files       |
/// | `ROOTLESS`        | dockerd is a user's, in name spaces of its own; its data root is at home |
/// | `ON_BTRFS`        | its data root is on btrfs                                                |
/// | `ON_XFS`          | its data root is on xfs                                                  |
/// | `ON_TWO_DISKS`    | its data root is on xfs, and containerd's root on an ext4 of its own     |
/// | `ON_FAILING_DISK` | its data root is on an ext4 that turns read-only at the first error      |
public enum Host {
  PLAIN("plain"),
  USERNS_REMAP("with `userns-remap`"),
  ROOTLESS("rootless"),
  ON_BTRFS("on btrfs"),
  ON_XFS("on xfs"),
  ON_TWO_DISKS("its root and the data root on two disks"),
  ON_FAILING_DISK("on a disk that is full, then read-only");

  /// The user who has sub-IDs: one that every Debian has.
  static final String USER = "games";

  /// What stands before a command that this user is to run.
  static final List<String> AS_USER =
      List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups");

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

  /// By which address an engine reaches what listens on the loopback address of the machine.
  public String loopback() {
    return this == ROOTLESS ? "10.0.2.2" : "127.0.0.1";
  }

  /// With what rights an exporter is run there, besides root's: those of the shipped unit, or those
  /// of the user whose dockerd it is.
  public List<String> rights() {
    return this == ROOTLESS ? AS_USER : ShippedUnit.RIGHTS;
  }

  @Override
  public String toString() {
    return words;
  }
}

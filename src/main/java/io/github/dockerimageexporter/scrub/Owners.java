package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.FirstUser;
import java.util.Optional;
import java.util.OptionalLong;

/// Which numbers the users and groups of a tar have on the disk.
///
/// | daemon                      | on the disk                                      |
/// |-----------------------------|--------------------------------------------------|
/// | of root                     | the same                                         |
/// | with `userns-remap`         | those of its sub-IDs, of which its root is named |
/// | of another user (rootless)  | not known                                        |
///
/// Source: moby, `pkg/idtools` (ToHost), `daemon/daemon_unix.go` (setupDaemonRoot).
public record Owners(Optional<FirstUser> first, boolean isKnown) {
  /// As many as dockerd gives to the user that it makes for itself; where there are more, the rest
  /// may be anywhere.
  private static final long REMAPPED = 65_536;

  /// The user on the disk; empty if not known.
  OptionalLong user(long user) {
    return onDisk(user, first.map(FirstUser::user).orElse(0L));
  }

  /// Whether files of a type are not unpacked: a daemon of another user may not make devices.
  ///
  /// Source: moby, `pkg/archive/archive.go` (createTarFile).
  boolean mayLeaveOut(TarEntry.Type type) {
    return !isKnown
        && switch (type) {
          case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> true;
          case REGULAR, HARD_LINK, SYMBOLIC_LINK, DIRECTORY, SPARSE, GLOBAL_HEADER -> false;
        };
  }

  /// The group on the disk; empty if not known.
  OptionalLong group(long group) {
    return onDisk(group, first.map(FirstUser::group).orElse(0L));
  }

  private OptionalLong onDisk(long number, long start) {
    return isKnown && (first.isEmpty() || number < REMAPPED)
        ? OptionalLong.of(start + number)
        : OptionalLong.empty();
  }
}

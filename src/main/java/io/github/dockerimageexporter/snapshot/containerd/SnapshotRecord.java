package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.persistent.KeyOrder;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// A snapshot as containerd's two databases record it.
///
/// | in `meta.db`  | in the snapshotter's `metadata.db`                              |
/// |---------------|-----------------------------------------------------------------|
/// | key, parent   | name, parent's name, number, kind, size                         |
///
/// @param parent the key of the snapshot that it stands on
/// @param name what the snapshotter knows it by
/// @param stored what the snapshotter's database says of it; empty if it has no such snapshot
///
/// Source: containerd, `core/metadata/snapshot.go`, `core/snapshots/storage/bolt.go`.
public record SnapshotRecord(Optional<String> parent, String name, Optional<Stored> stored) {

  /// That of keys: most are chain IDs, which are spread by their digits, between what is below and
  /// what is above them.
  public static final KeyOrder<String> KEYS =
      new KeyOrder<>(SnapshotRecord::rank, Comparator.naturalOrder());

  private static final String CHAINS = "sha256:";
  private static final long CHAINS_BEGIN = 1L << (Long.SIZE - 2);
  private static final long CHAINS_END = 3L << (Long.SIZE - 2);

  /// Keys that nobody asks for once the work is over: of what dockerd fills and then commits as the
  /// snapshot below a container's (moby daemon/containerd/image_snapshot.go), of what a layer is
  /// unpacked to (containerd core/unpack/unpacker.go) or a commit (moby
  /// daemon/containerd/image_commit.go, which once left `extract-` away), and of what a step of a
  /// build writes to, which BuildKit forgets with its lease if it cannot load it (BuildKit
  /// cache/manager.go).
  private static final Pattern WORK_KEY =
      Pattern.compile(".+-init-key|(extract-)?\\d+-[\\w-]{4}[ -]sha256:[0-9a-f]{64}|[a-z0-9]{25}");

  private static long rank(String key) {
    if (key.startsWith(CHAINS)) {
      return CHAINS_BEGIN + (KeyOrder.rankOfName(key, CHAINS.length()) >>> 1);
    }
    return (key.compareTo(CHAINS) < 0 ? 0 : CHAINS_END) + (KeyOrder.rankOfName(key) >>> 2);
  }

  /// What the snapshotter's own database has.
  ///
  /// @param number the name of its directory
  /// @param parent the name of the snapshot that it stands on
  /// @param sizeBytes allocated bytes, recorded when it was committed
  public record Stored(long number, Kind kind, Optional<String> parent, OptionalLong sizeBytes) {}

  /// What can be done with a snapshot.
  public enum Kind {
    UNKNOWN,
    VIEW,
    ACTIVE,
    COMMITTED;

    /// The kind of a number in the database.
    public static Kind of(int number) {
      return number > 0 && number < values().length ? values()[number] : UNKNOWN;
    }
  }

  /// Whether only work under way needs a snapshot with the key. containerd commits it to the
  /// snapshotter's database first, so that a kill leaves it in `meta.db` alone.
  public static boolean isOfWork(String key) {
    return WORK_KEY.matcher(key).matches();
  }

  /// The key of the places for a container's mounts, which are in no blob: what the container has
  /// written is committed upon them.
  ///
  /// Source: moby, `daemon/containerd/{image_commit,image_snapshot}.go`.
  Optional<String> init() {
    return parent.filter(key -> key.endsWith(ContainerdSnapshot.INIT));
  }

  /// What Docker counts for it; empty if only measuring its directory tells.
  public OptionalLong sizeBytes() {
    if (stored.isEmpty()) {
      return OptionalLong.empty();
    }
    return stored.get().kind() == Kind.ACTIVE
        ? OptionalLong.empty()
        : OptionalLong.of(stored.get().sizeBytes().orElse(0));
  }
}

package io.github.dockerimageexporter.store.graphdriver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What BuildKit keeps in the graph driver and the layer store, from `buildkit/snapshots.db`.
///
/// The bbolt file holds one bucket for each snapshot or lease, without nested buckets and without
/// a version:
///
/// | key           | value                   | meaning                                          |
/// |---------------|-------------------------|--------------------------------------------------|
/// | `parent`      | a snapshot, or empty    | the driver has a directory of the bucket's name; |
/// |               | or a chain ID           | it stands on that layer                          |
/// | `committed`   | a driver directory      | the snapshot's content is in that directory      |
/// | `chainid`     | a chain ID              | the snapshot is this layer of the layer store    |
/// | `iscommitted` | empty                   | the snapshot goes on under another name          |
/// | `size`        | decimal bytes           | disk usage, once asked for                       |
///
/// BuildKit creates a directory before it records it, so a new directory may still be missing here.
///
/// Source: moby, `daemon/internal/builder-next/adapters/snapshot`.
public sealed interface BuildCache {
  /// Where it is, relative to a data root.
  String FILE = GraphDriverLayout.BUILD_CACHE + "/snapshots.db";

  /// `directories` and `chainIds` overlap: a layer that the cache keeps has its directory in both
  /// the cache and the layer store.
  record Known(Set<CacheId> directories, Set<ChainId> chainIds) implements BuildCache {
    public Known {
      directories = Set.copyOf(directories);
      chainIds = Set.copyOf(chainIds);
    }
  }

  /// No file where a daemon makes one when it first starts: BuildKit never ran here, or what it
  /// knew of its directories is lost.
  record Absent() implements BuildCache {}

  /// A file that could not be read, so that any directory may be BuildKit's; `reason` names it.
  record Unknown(String reason) implements BuildCache {}

  /// The layers that it holds; empty if they are not known.
  default Optional<Set<ChainId>> layers() {
    return switch (this) {
      case Known known -> Optional.of(known.chainIds());
      case Absent _ -> Optional.of(Set.of());
      case Unknown _ -> Optional.empty();
    };
  }

  /// What a committed state of the file says.
  static Known of(BoltBucket root) throws IOException {
    var directories = new TreeSet<CacheId>();
    var chainIds = new TreeSet<ChainId>();
    for (String name : root.bucketNames()) {
      BoltBucket snapshot = root.bucket(name).orElseThrow();
      if (snapshot.value("parent").isPresent()) {
        directories.add(new CacheId(name));
      }
      text(snapshot, "committed").map(CacheId::new).ifPresent(directories::add);
      text(snapshot, "chainid").map(ChainId::parse).ifPresent(chainIds::add);
      text(snapshot, "parent")
          .filter(parent -> parent.startsWith("sha256:"))
          .map(ChainId::parse)
          .ifPresent(chainIds::add);
    }
    return new Known(directories, chainIds);
  }

  private static Optional<String> text(BoltBucket snapshot, String key) {
    return snapshot.value(key).map(bytes -> new String(bytes, ISO_8859_1));
  }
}

package io.github.dockerimageexporter.store.containerd.database;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What containerd's `meta.db` records.
///
/// | schema | database version | written by            |
/// |--------|------------------|-----------------------|
/// | `v1`   | 3                | containerd 1.7        |
/// | `v1`   | 4                | containerd 2.0 and on |
///
/// Source: containerd, `core/metadata/{db,migrations}.go`.
public record MetaDatabase(Map<String, Namespace> namespaces) {
  public static final MetaDatabase EMPTY = new MetaDatabase(Map.of());
  private static final String SCHEMA = "v1";
  private static final Set<Long> VERSIONS = Set.of(3L, 4L);

  /// What a committed state of the file says.
  ///
  /// @param last what the last one said
  /// @throws IllegalArgumentException if it is of another version
  public static MetaDatabase of(BoltBucket root, Optional<MetaDatabase> last) throws IOException {
    Optional<BoltBucket> schema = root.bucket(SCHEMA);
    if (schema.isEmpty()) {
      requireNothing(root);
      return EMPTY;
    }
    requireVersion(schema.get());
    var namespaces = new TreeMap<String, Namespace>();
    for (String key : schema.get().bucketNames()) {
      String name = GoValue.key(key);
      Namespace known = last.orElse(EMPTY).namespace(name);
      namespaces.put(name, Namespace.of(schema.get().bucket(key).orElseThrow(), known));
    }
    return new MetaDatabase(namespaces);
  }

  /// The records of one namespace, which is made with its first record.
  public Namespace namespace(String name) {
    return namespaces.getOrDefault(name, Namespace.EMPTY);
  }

  /// Whether any namespace has a record of a blob.
  public boolean hasBlob(Digest blob) {
    return namespaces.values().stream().anyMatch(each -> each.blobs().containsKey(blob));
  }

  /// The blobs of which a namespace has another record than in `earlier`, or had one: they may have
  /// been removed and brought again in between.
  public Set<Digest> blobsChangedSince(MetaDatabase earlier) {
    var changed = new HashSet<Digest>();
    namespaces.forEach(
        (name, namespace) ->
            namespace
                .blobs()
                .changesSince(earlier.namespace(name).blobs(), (blob, _, _) -> changed.add(blob)));
    return changed;
  }

  /// The blobs that each namespace other than `name` has a record of.
  public Map<String, PersistentMap<Digest, BlobRecord>> blobsOutside(String name) {
    var blobs = new TreeMap<String, PersistentMap<Digest, BlobRecord>>();
    namespaces.forEach((other, namespace) -> blobs.put(other, namespace.blobs()));
    blobs.remove(name);
    return blobs;
  }

  /// What the downloads of all namespaces that a collection would leave are named after.
  public Set<String> keptDownloads(Instant now) {
    return namespaces.values().stream()
        .flatMap(namespace -> namespace.keptDownloads(now).stream())
        .collect(toSet());
  }

  private static void requireNothing(BoltBucket root) {
    if (!root.bucketNames().isEmpty()) {
      throw new IllegalArgumentException(
          "unknown schema " + root.bucketNames().getLast() + " of meta.db, expected " + SCHEMA);
    }
  }

  private static void requireVersion(BoltBucket schema) {
    Optional<Long> version = GoValue.size(schema, "version");
    if (version.isPresent() && !VERSIONS.contains(version.get())) {
      throw new IllegalArgumentException(
          "unknown version %d of meta.db, expected 3 or 4".formatted(version.get()));
    }
  }
}

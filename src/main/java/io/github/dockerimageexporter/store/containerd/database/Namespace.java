package io.github.dockerimageexporter.store.containerd.database;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The records of one namespace in `meta.db`.
///
/// | bucket                          | record                                                     |
/// |---------------------------------|------------------------------------------------------------|
/// | `images/<name>`                 | `target`: `digest`, `mediatype`, `size`; `updatedat`       |
/// | `content/blob/<digest>`         | `size`, `createdat`                                        |
/// | `content/ingests/<key>`         | `ref`, `expireat`                                          |
/// | `snapshots/<snapshotter>/<key>` | `name`, `parent`                                           |
/// | `leases/<id>`                   | `createdat`; `content`, `snapshots/<snapshotter>`,         |
/// |                                 | `ingests`: what it keeps                                   |
/// | `containers/<id>`               | `snapshotter`, `snapshotKey`                               |
///
/// Each may have `labels`.
///
/// Source: containerd, `core/metadata/buckets.go`.
///
/// @param otherTargets what images stand for that do not stand for a [Digest], by their names
/// @param otherBlobs the blobs of other algorithms, sorted; what is no digest at all goes with the
///     next collection
public record Namespace(
    PersistentMap<String, ImageRecord> images,
    Map<String, String> otherTargets,
    PersistentMap<Digest, BlobRecord> blobs,
    Set<String> otherBlobs,
    Map<String, Download> downloads,
    Map<String, PersistentMap<String, SnapshotEntry>> snapshots,
    List<Lease> leases,
    List<RunningContainer> containers) {
  /// The order of names: none that means anything, since most begin alike.
  static final KeyOrder<String> NAMES =
      new KeyOrder<>(KeyOrder.<String>byHash().rank(), Comparator.naturalOrder());

  public static final Namespace EMPTY =
      new Namespace(
          PersistentMap.empty(Namespace.NAMES),
          Map.of(),
          PersistentMap.empty(NamedBlob.KEYS),
          Set.of(),
          Map.of(),
          Map.of(),
          List.of(),
          List.of());

  static final String LABELS = "labels";

  public record ImageRecord(
      Digest target,
      String mediaType,
      long sizeBytes,
      Optional<Digest> parent,
      Optional<Instant> updated) {}

  /// A blob that the namespace has.
  ///
  /// @param sources the repositories that it was pulled from or pushed to, without their port:
  ///     `docker.io/library/app`
  /// @param createdSeconds since when it has it, in seconds since 1970; the most if that is not
  ///     recorded
  /// @param mark of what the record is read from; 0 if it has none
  public record BlobRecord(
      Digest digest,
      long sizeBytes,
      GcLabels labels,
      Set<String> sources,
      long createdSeconds,
      long mark) {}

  /// A snapshot that the namespace has.
  ///
  /// @param mark of what the record is read from; 0 if it has none
  public record SnapshotEntry(
      String key, String name, Optional<String> parent, GcLabels labels, long mark) {}

  /// A download at work.
  ///
  /// @param ref what its directory is named after
  /// @param expires until when it is kept without a lease
  public record Download(String ref, Optional<Instant> expires) {}

  /// What keeps things for their own sake.
  ///
  /// @param downloads the keys of those that it keeps
  public record Lease(
      String id,
      Optional<Instant> created,
      Map<String, String> labels,
      Set<Digest> blobs,
      List<SnapshotKey> snapshots,
      Set<String> downloads) {
    private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{64}");

    /// Whether it keeps the writable layer of a container, or an image that one mounts.
    public boolean isOfContainer() {
      return CONTAINER.matcher(id).matches();
    }
  }

  public record RunningContainer(SnapshotKey snapshot, GcLabels labels) {}

  /// @param last what was read before
  static Namespace of(BoltBucket bucket, Namespace last) throws IOException {
    var known = new KnownRecords(last);
    Optional<BoltBucket> content = bucket.bucket("content");
    var images = ImageRecords.of(bucket, last.images());
    var blobs = new LinkedHashMap<Digest, BlobRecord>();
    var otherBlobs = new TreeSet<String>();
    if (content.isPresent()) {
      readBlobs(content.get(), known, blobs, otherBlobs);
    }
    return new Namespace(
        images.images(),
        images.others(),
        last.blobs().changedTo(blobs),
        otherBlobs,
        content.isPresent() ? downloads(content.get()) : Map.of(),
        snapshots(bucket, known),
        leases(bucket),
        containers(bucket));
  }

  private static void readBlobs(
      BoltBucket content, KnownRecords known, Map<Digest, BlobRecord> blobs, Set<String> others)
      throws IOException {
    content.eachBucketIn(
        "blob",
        (name, bucket) -> {
          Optional<Digest> digest = GcLabels.digest(name);
          if (digest.isPresent()) {
            BlobRecord record = known.blob(digest.get(), bucket);
            blobs.put(record.digest(), record);
          } else if (Digest.isOfOtherAlgorithm(name)) {
            others.add(name);
          }
        });
  }

  private static Map<String, Download> downloads(BoltBucket content) throws IOException {
    var downloads = new TreeMap<String, Download>();
    for (var each : children(content, "ingests").entrySet()) {
      Optional<Instant> expires = GoValue.time(each.getValue(), "expireat");
      GoValue.text(each.getValue(), "ref")
          .ifPresent(ref -> downloads.put(each.getKey(), new Download(ref, expires)));
    }
    return downloads;
  }

  /// The snapshots of one snapshotter, by key.
  public PersistentMap<String, SnapshotEntry> snapshotsOf(String snapshotter) {
    return snapshots.getOrDefault(snapshotter, PersistentMap.empty(SnapshotRecord.KEYS));
  }

  /// Whether there is a lease or a snapshot of a container.
  public boolean hasContainer(String id, String snapshotter) {
    return leases.stream().anyMatch(lease -> lease.id().equals(id))
        || snapshotsOf(snapshotter).containsKey(id);
  }

  public Set<String> leaseIds() {
    return leases.stream().map(Lease::id).collect(toSet());
  }

  /// When the next of its leases expires, if one does.
  public Optional<Instant> nextExpiry(Instant now) {
    return leases.stream()
        .flatMap(lease -> GcLabels.expiry(lease.labels()).stream())
        .filter(expiry -> !expiry.isBefore(now))
        .min(Comparator.naturalOrder());
  }

  /// What the downloads that a collection would leave are named after.
  Set<String> keptDownloads(Instant now) {
    Set<String> leased =
        leases.stream()
            .filter(lease -> !GcLabels.isExpired(lease.labels(), now))
            .flatMap(lease -> lease.downloads().stream())
            .collect(toSet());
    return downloads.entrySet().stream()
        .filter(
            download ->
                leased.contains(download.getKey())
                    || download.getValue().expires().filter(now::isBefore).isPresent())
        .map(download -> download.getValue().ref())
        .collect(toSet());
  }

  private static Map<String, PersistentMap<String, SnapshotEntry>> snapshots(
      BoltBucket namespace, KnownRecords known) throws IOException {
    var snapshots = new TreeMap<String, PersistentMap<String, SnapshotEntry>>();
    Optional<BoltBucket> all = namespace.bucket("snapshots");
    if (all.isPresent()) {
      for (String snapshotter : all.get().bucketNames()) {
        String owner = GoValue.key(snapshotter);
        var keys = new LinkedHashMap<String, SnapshotEntry>();
        all.get()
            .eachBucketIn(
                snapshotter,
                (name, record) -> {
                  SnapshotEntry entry = known.snapshot(owner, GoValue.key(name), record);
                  keys.put(entry.key(), entry);
                });
        snapshots.put(owner, known.last().snapshotsOf(owner).changedTo(keys));
      }
    }
    return snapshots;
  }

  private static List<Lease> leases(BoltBucket namespace) throws IOException {
    var leases = new ArrayList<Lease>();
    for (var each : children(namespace, "leases").entrySet()) {
      var blobs = new HashSet<Digest>();
      GoValue.texts(each.getValue(), "content")
          .keySet()
          .forEach(digest -> GcLabels.digest(digest).ifPresent(blobs::add));
      var snapshots = new ArrayList<SnapshotKey>();
      Optional<BoltBucket> kept = each.getValue().bucket("snapshots");
      if (kept.isPresent()) {
        for (String snapshotter : kept.get().bucketNames()) {
          GoValue.texts(kept.get(), snapshotter)
              .keySet()
              .forEach(key -> snapshots.add(new SnapshotKey(snapshotter, key)));
        }
      }
      leases.add(
          new Lease(
              each.getKey(),
              GoValue.time(each.getValue(), "createdat"),
              GoValue.texts(each.getValue(), LABELS),
              blobs,
              snapshots,
              GoValue.texts(each.getValue(), "ingests").keySet()));
    }
    return leases;
  }

  private static List<RunningContainer> containers(BoltBucket namespace) throws IOException {
    var containers = new ArrayList<RunningContainer>();
    for (BoltBucket record : children(namespace, "containers").values()) {
      containers.add(
          new RunningContainer(
              new SnapshotKey(
                  GoValue.text(record, "snapshotter").orElse(""),
                  GoValue.text(record, "snapshotKey").orElse("")),
              GcLabels.of(GoValue.texts(record, LABELS))));
    }
    return containers;
  }

  /// The buckets nested in the bucket `name`; none if it is not there.
  private static Map<String, BoltBucket> children(BoltBucket parent, String name)
      throws IOException {
    var children = new TreeMap<String, BoltBucket>();
    Optional<BoltBucket> bucket = parent.bucket(name);
    if (bucket.isPresent()) {
      for (String child : bucket.get().bucketNames()) {
        children.put(GoValue.key(child), bucket.get().bucket(child).orElseThrow());
      }
    }
    return children;
  }
}

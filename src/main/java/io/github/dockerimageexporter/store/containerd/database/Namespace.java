package io.github.dockerimageexporter.store.containerd.database;

import static java.util.stream.Collectors.toCollection;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
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
/// @param imageRecords by name
/// @param blobRecords what is named by no digest at all goes with the next collection
/// @param snapshotRecords those of each snapshotter, by key
public record Namespace(
    Records<String, ImageRecord> imageRecords,
    Records<Digest, BlobRecord> blobRecords,
    Map<String, Download> downloads,
    Map<String, Records<String, SnapshotEntry>> snapshotRecords,
    List<Lease> leases,
    List<RunningContainer> containers) {
  public static final Namespace EMPTY =
      new Namespace(
          Records.none(Records.NAMES),
          Records.none(NamedBlob.KEYS),
          Map.of(),
          Map.of(),
          List.of(),
          List.of());

  /// The order of names.
  public static final KeyOrder<String> NAMES = Records.NAMES;

  static final String LABELS = "labels";

  /// An image that the namespace has.
  ///
  /// @param mark of what the record is read from; 0 if it has none
  public record ImageRecord(
      String name,
      Digest target,
      String mediaType,
      long sizeBytes,
      Optional<Digest> parent,
      Optional<Instant> updated,
      long mark)
      implements Recorded {}

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
      long mark)
      implements Recorded {}

  /// A snapshot that the namespace has.
  ///
  /// @param mark of what the record is read from; 0 if it has none
  public record SnapshotEntry(
      String key, String name, Optional<String> parent, GcLabels labels, long mark)
      implements Recorded {}

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
    return new Namespace(
        known.images(bucket),
        known.blobs(content),
        content.isPresent() ? downloads(content.get()) : Map.of(),
        known.snapshots(bucket.bucket("snapshots")),
        leases(bucket),
        containers(bucket));
  }

  /// By name.
  public PersistentMap<String, ImageRecord> images() {
    return imageRecords.all();
  }

  /// What images stand for that do not stand for a [Digest], by their names.
  public SortedMap<String, String> otherTargets() {
    var targets = new TreeMap<String, String>();
    imageRecords.others().values().forEach(other -> targets.put(other.name(), other.text()));
    return targets;
  }

  /// By digest.
  public PersistentMap<Digest, BlobRecord> blobs() {
    return blobRecords.all();
  }

  /// The blobs of other algorithms.
  public SortedSet<String> otherBlobs() {
    return blobRecords.others().keySet().stream()
        .filter(Digest::isOfOtherAlgorithm)
        .collect(toCollection(TreeSet::new));
  }

  /// Those of each snapshotter, by key.
  public SortedMap<String, PersistentMap<String, SnapshotEntry>> snapshots() {
    var snapshots = new TreeMap<String, PersistentMap<String, SnapshotEntry>>();
    snapshotRecords.forEach((snapshotter, records) -> snapshots.put(snapshotter, records.all()));
    return snapshots;
  }

  /// Those of one snapshotter, by key.
  public PersistentMap<String, SnapshotEntry> snapshotsOf(String snapshotter) {
    return recordsOf(snapshotter).all();
  }

  Records<String, SnapshotEntry> recordsOf(String snapshotter) {
    return snapshotRecords.getOrDefault(snapshotter, Records.none(SnapshotRecord.KEYS));
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

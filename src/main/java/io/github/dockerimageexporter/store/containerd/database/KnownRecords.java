package io.github.dockerimageexporter.store.containerd.database;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.bolt.BoltBucket.Nested;
import io.github.dockerimageexporter.bolt.NestedBuckets;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import io.github.dockerimageexporter.store.containerd.database.Recorded.Other;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the records of which a namespace has most: those that are the same as in the last state of
/// the database are the very objects that were read then, so that a large store is not in memory
/// twice while it is read again. Nor is a digest there twice that one record names and another has.
public final class KnownRecords {
  /// Of a record that has no mark.
  private static final long UNMARKED = 0;

  private static final String PARENT_IMAGE = "org.mobyproject.image.parent";
  private static final String SOURCE = "containerd.io/distribution.source.";

  private final Namespace last;

  /// What is named by the records that are read.
  private final Map<Digest, Digest> named = new HashMap<>();

  KnownRecords(Namespace last) {
    this.last = last;
  }

  private Digest shared(Digest digest) {
    @Nullable BlobRecord known = last.blobs().get(digest);
    return known == null ? named.computeIfAbsent(digest, own -> own) : known.digest();
  }

  /// @param namespace the bucket of the namespace
  Records<String, ImageRecord> images(BoltBucket namespace) throws IOException {
    Recorded.Reader reader = (key, record) -> image(GoValue.key(key), record);
    return last.imageRecords()
        .after(
            namespace.nestedIn("images", last.imageRecords().leaves(), reader),
            ImageRecord.class,
            ImageRecord::name);
  }

  private Recorded image(String name, Nested nested) throws IOException {
    @Nullable ImageRecord known = last.images().get(name);
    long mark = markOf(nested);
    if (known != null && isMarked(mark, known.mark())) {
      return known;
    }
    BoltBucket record = nested.open();
    Optional<BoltBucket> target = record.bucket("target");
    String text = target.flatMap(it -> GoValue.text(it, "digest")).orElse("");
    Optional<Digest> digest = GcLabels.digest(text).map(this::shared);
    if (target.isEmpty() || digest.isEmpty()) {
      return new Other(name, text);
    }
    String parent = GoValue.texts(record, Namespace.LABELS).getOrDefault(PARENT_IMAGE, "");
    return new ImageRecord(
        name,
        digest.get(),
        GoValue.name(target.get(), "mediatype").orElse(""),
        GoValue.size(target.get(), "size").orElse(0L),
        GcLabels.digest(parent).map(this::shared),
        GoValue.time(record, "updatedat"),
        mark);
  }

  /// @param content the bucket of the namespace's content, if there is one
  Records<Digest, BlobRecord> blobs(Optional<BoltBucket> content) throws IOException {
    NestedBuckets<Recorded> leaves = last.blobRecords().leaves();
    Recorded.Reader reader = this::blob;
    return last.blobRecords()
        .after(
            content.isPresent() ? content.get().nestedIn("blob", leaves, reader) : leaves.toNone(),
            BlobRecord.class,
            BlobRecord::digest);
  }

  private Recorded blob(String name, Nested record) throws IOException {
    Optional<Digest> digest = GcLabels.digest(name);
    return digest.isPresent() ? blob(digest.get(), record) : new Other(name, "");
  }

  private BlobRecord blob(Digest digest, Nested record) throws IOException {
    @Nullable BlobRecord known = last.blobs().get(digest);
    long mark = markOf(record);
    return known != null && isMarked(mark, known.mark())
        ? known
        : same(known, read(known == null ? shared(digest) : known.digest(), mark, record.open()));
  }

  /// Those of each snapshotter.
  ///
  /// @param all the bucket of all of them, if there is one
  Map<String, Records<String, SnapshotEntry>> snapshots(Optional<BoltBucket> all)
      throws IOException {
    if (all.isEmpty()) {
      return Map.of();
    }
    var snapshots = new TreeMap<String, Records<String, SnapshotEntry>>();
    for (String name : all.get().bucketNames()) {
      Records<String, SnapshotEntry> known = last.recordsOf(GoValue.key(name));
      Recorded.Reader reader = (key, record) -> snapshot(known, GoValue.key(key), record);
      snapshots.put(
          GoValue.key(name),
          known.after(
              all.get().nestedIn(name, known.leaves(), reader),
              SnapshotEntry.class,
              SnapshotEntry::key));
    }
    return snapshots;
  }

  private static SnapshotEntry snapshot(
      Records<String, SnapshotEntry> last, String key, Nested record) throws IOException {
    @Nullable SnapshotEntry known = last.all().get(key);
    long mark = markOf(record);
    return known != null && isMarked(mark, known.mark())
        ? known
        : same(known, read(known == null ? key.intern() : known.key(), mark, record.open()));
  }

  static long markOf(Nested record) throws IOException {
    return record.mark().orElse(UNMARKED);
  }

  static boolean isMarked(long mark, long known) {
    return mark == known && mark != UNMARKED;
  }

  /// `known` if it is equal to what was `read`, which then is not kept beside it.
  public static <T> T same(@Nullable T known, T read) {
    return known != null && known.equals(read) ? known : read;
  }

  private BlobRecord read(Digest digest, long mark, BoltBucket record) throws IOException {
    Map<String, String> labels = GoValue.texts(record, Namespace.LABELS);
    long sizeBytes = GoValue.size(record, "size").orElse(0L);
    long created =
        GoValue.time(record, "createdat").map(Instant::getEpochSecond).orElse(Long.MAX_VALUE);
    return new BlobRecord(
        digest, sizeBytes, GcLabels.of(labels, this::shared), sources(labels), created, mark);
  }

  /// The label of a host has the paths of its repositories, with commas between them.
  private static Set<String> sources(Map<String, String> labels) {
    return labels.entrySet().stream()
        .filter(label -> label.getKey().startsWith(SOURCE))
        .flatMap(
            label ->
                Arrays.stream(label.getValue().split(",", -1))
                    .map(path -> label.getKey().substring(SOURCE.length()) + "/" + path))
        .collect(toUnmodifiableSet());
  }

  private static SnapshotEntry read(String key, long mark, BoltBucket record) throws IOException {
    return new SnapshotEntry(
        key,
        GoValue.name(record, "name").orElse(""),
        GoValue.name(record, "parent"),
        GcLabels.of(GoValue.texts(record, Namespace.LABELS)),
        mark);
  }
}

package io.github.dockerimageexporter.store.containerd.database;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.bolt.BoltBucket.Nested;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the records of which a namespace has most: those that are the same as in the last state of
/// the database are the very objects that were read then, so that a large store is not in memory
/// twice while it is read again.
public record KnownRecords(Namespace last) {
  /// Of a record that has no mark.
  private static final long UNMARKED = 0;

  private static final String SOURCE = "containerd.io/distribution.source.";

  BlobRecord blob(Digest digest, Nested record) throws IOException {
    @Nullable BlobRecord known = last.blobs().get(digest);
    long mark = markOf(record);
    return known != null && isMarked(mark, known.mark())
        ? known
        : same(known, read(digest, mark, record.open()));
  }

  SnapshotEntry snapshot(String snapshotter, String key, Nested record) throws IOException {
    @Nullable SnapshotEntry known = last.snapshotsOf(snapshotter).get(key);
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

  private static BlobRecord read(Digest digest, long mark, BoltBucket record) throws IOException {
    Map<String, String> labels = GoValue.texts(record, Namespace.LABELS);
    long sizeBytes = GoValue.size(record, "size").orElse(0L);
    long created =
        GoValue.time(record, "createdat").map(Instant::getEpochSecond).orElse(Long.MAX_VALUE);
    return new BlobRecord(digest, sizeBytes, GcLabels.of(labels), sources(labels), created, mark);
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

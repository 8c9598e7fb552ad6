package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What the labels of a record mean to containerd's garbage collection.
///
/// | label                                          | means                                      |
/// |------------------------------------------------|--------------------------------------------|
/// | `containerd.io/gc.ref.content*`                | keeps that blob                            |
/// | `containerd.io/gc.ref.snapshot.<snapshotter>*` | keeps that snapshot                        |
/// | `containerd.io/gc.root`                        | is kept for its own sake                   |
/// | `containerd.io/gc.bref.*`, `gc.cond.*`         | is kept under conditions; taken as a root  |
/// | `containerd.io/gc.flat`                        | of a lease: keeps only what it names       |
/// | `containerd.io/gc.expire`                      | of a lease: keeps it until then            |
///
/// @param blobs the digests that it keeps
/// @param snapshots the snapshots that it keeps
///
/// Source: containerd, `core/metadata/gc.go`.
public record GcLabels(Set<Digest> blobs, List<SnapshotKey> snapshots, boolean root) {
  public static final GcLabels NONE = new GcLabels(Set.of(), List.of(), false);

  static final String PREFIX = "containerd.io/gc.";
  private static final String CONTENT = PREFIX + "ref.content";
  private static final String SNAPSHOT = PREFIX + "ref.snapshot.";

  /// A snapshot of any snapshotter.
  public record SnapshotKey(String snapshotter, String key) {

    /// The node of it in a store with the snapshots of `own`.
    public Node node(String own) {
      return own.equals(snapshotter)
          ? new Node.Snapshot(key)
          : new Node.Other(snapshotter + "/" + key);
    }
  }

  public static GcLabels of(Map<String, String> labels) {
    return of(labels, digest -> digest);
  }

  /// @param shared gives the digest that is kept already, or the same
  static GcLabels of(Map<String, String> labels, UnaryOperator<Digest> shared) {
    var blobs = new HashSet<Digest>();
    var snapshots = new ArrayList<SnapshotKey>();
    boolean root = false;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      String name = label.getKey();
      if (name.startsWith(CONTENT)) {
        digest(label.getValue()).map(shared).ifPresent(blobs::add);
      } else if (name.startsWith(SNAPSHOT)) {
        snapshots.add(
            new SnapshotKey(
                snapshotter(name.substring(SNAPSHOT.length())).intern(),
                label.getValue().intern()));
      } else if (name.startsWith(PREFIX + "root")
          || name.startsWith(PREFIX + "bref")
          || name.startsWith(PREFIX + "cond")) {
        root = true;
      }
    }
    return blobs.isEmpty() && snapshots.isEmpty() && !root
        ? NONE
        : new GcLabels(Set.copyOf(blobs), List.copyOf(snapshots), root);
  }

  public static boolean isFlat(Map<String, String> labels) {
    return labels.containsKey(PREFIX + "flat");
  }

  public static boolean isExpired(Map<String, String> labels, Instant now) {
    return expiry(labels).filter(expiry -> expiry.isBefore(now)).isPresent();
  }

  static Optional<Instant> expiry(Map<String, String> labels) {
    return Optional.ofNullable(labels.get(PREFIX + "expire")).flatMap(GcLabels::time);
  }

  /// A digest of the one algorithm that is read here.
  public static Optional<Digest> digest(String text) {
    try {
      return Optional.of(Digest.parse(text));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }

  private static String snapshotter(String name) {
    int slash = name.indexOf('/');
    return slash < 0 ? name : name.substring(0, slash);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException malformed) {
      return Optional.empty();
    }
  }
}

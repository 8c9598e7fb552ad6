package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What each blob and snapshot of a namespace keeps: by its labels, and of a snapshot the one that
/// it stands on. A view of the records.
public final class LabelEdges extends AbstractMap<Node, List<Node>> {
  private final Namespace namespace;
  private final String snapshotter;
  private final Map<String, SnapshotEntry> own;

  /// What the snapshots of other snapshotters keep.
  private final Map<Node, List<Node>> others = new HashMap<>();

  /// @param snapshotter the store's own
  public LabelEdges(Namespace namespace, String snapshotter) {
    this.namespace = namespace;
    this.snapshotter = snapshotter;
    this.own = namespace.snapshotsOf(snapshotter);
    namespace
        .snapshots()
        .forEach(
            (owner, keys) -> {
              if (!owner.equals(snapshotter)) {
                keys.values().forEach(entry -> put(others, owner, entry));
              }
            });
  }

  /// What `labels` keep.
  public static List<Node> nodes(GcLabels labels, String snapshotter) {
    var nodes = new ArrayList<Node>(labels.blobs().size() + labels.snapshots().size() + 1);
    labels.blobs().forEach(blob -> nodes.add(new Node.Blob(blob)));
    labels.snapshots().forEach(snapshot -> nodes.add(snapshot.node(snapshotter)));
    return nodes;
  }

  @Override
  public @Nullable List<Node> get(@Nullable Object key) {
    List<Node> kept =
        switch (key) {
          case Node.Blob(var digest) -> keptBy(namespace.blobs().get(digest));
          case Node.Snapshot(String name) -> keptBy(snapshotter, own.get(name));
          case Node.Other other -> others.getOrDefault(other, List.of());
          case null, default -> List.of();
        };
    return kept.isEmpty() ? null : kept;
  }

  @Override
  public List<Node> getOrDefault(@Nullable Object key, List<Node> other) {
    @Nullable List<Node> kept = get(key);
    return kept == null ? other : kept;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public Set<Entry<Node, List<Node>>> entrySet() {
    var edges = new HashMap<>(others);
    for (BlobRecord blob : namespace.blobs().values()) {
      List<Node> kept = keptBy(blob);
      if (!kept.isEmpty()) {
        edges.put(new Node.Blob(blob.digest()), kept);
      }
    }
    own.values().forEach(entry -> put(edges, snapshotter, entry));
    return edges.entrySet();
  }

  private void put(Map<Node, List<Node>> edges, String owner, SnapshotEntry entry) {
    List<Node> kept = keptBy(owner, entry);
    if (!kept.isEmpty()) {
      edges.put(new SnapshotKey(owner, entry.key()).node(snapshotter), kept);
    }
  }

  private List<Node> keptBy(@Nullable BlobRecord blob) {
    return blob == null ? List.of() : nodes(blob.labels(), snapshotter);
  }

  private List<Node> keptBy(String owner, @Nullable SnapshotEntry entry) {
    if (entry == null) {
      return List.of();
    }
    List<Node> kept = nodes(entry.labels(), snapshotter);
    entry.parent().ifPresent(parent -> kept.add(new SnapshotKey(owner, parent).node(snapshotter)));
    return kept;
  }
}

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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What each blob and snapshot of a namespace keeps: by its labels, and of a snapshot the one that
/// it stands on. A view of the records.
public final class LabelEdges extends AbstractMap<Node, List<Node>> {
  private static final String SEPARATOR = "/";

  private final Namespace namespace;
  private final String snapshotter;

  /// @param snapshotter the store's own
  public LabelEdges(Namespace namespace, String snapshotter) {
    this.namespace = namespace;
    this.snapshotter = snapshotter;
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
          case Node.Snapshot(String name) ->
              keptBy(snapshotter, namespace.snapshotsOf(snapshotter).get(name));
          case Node.Other(String name) -> keptByOther(name);
          case null, default -> List.of();
        };
    return kept.isEmpty() ? null : kept;
  }

  /// What a snapshot of another snapshotter keeps.
  private List<Node> keptByOther(String name) {
    for (String owner : namespace.snapshots().keySet()) {
      if (name.startsWith(owner + SEPARATOR) && !owner.equals(snapshotter)) {
        @Nullable SnapshotEntry entry =
            namespace.snapshotsOf(owner).get(name.substring(owner.length() + SEPARATOR.length()));
        if (entry != null) {
          return keptBy(owner, entry);
        }
      }
    }
    return List.of();
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
    var edges = new HashMap<Node, List<Node>>();
    forEach(edges::put);
    return edges.entrySet();
  }

  @Override
  public void forEach(BiConsumer<? super Node, ? super List<Node>> action) {
    changesSince(
        new LabelEdges(Namespace.EMPTY, snapshotter), (node, _, kept) -> action.accept(node, kept));
  }

  /// What becomes of a node from one state to another.
  @FunctionalInterface
  interface Change {
    /// A node keeps something else now.
    void accept(Node node, List<Node> before, List<Node> now);
  }

  /// Tells of each node that keeps something else than in `earlier`.
  void changesSince(LabelEdges earlier, Change change) {
    namespace
        .blobs()
        .changesSince(
            earlier.namespace.blobs(),
            (digest, before, now) ->
                tell(new Node.Blob(digest), keptBy(before), keptBy(now), change));
    var owners = new TreeSet<>(namespace.snapshots().keySet());
    owners.addAll(earlier.namespace.snapshots().keySet());
    for (String owner : owners) {
      namespace
          .snapshotsOf(owner)
          .changesSince(
              earlier.namespace.snapshotsOf(owner),
              (key, before, now) ->
                  tell(
                      new SnapshotKey(owner, key).node(snapshotter),
                      keptBy(owner, before),
                      keptBy(owner, now),
                      change));
    }
  }

  private static void tell(Node node, List<Node> before, List<Node> now, Change change) {
    if (!before.equals(now)) {
      change.accept(node, before, now);
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

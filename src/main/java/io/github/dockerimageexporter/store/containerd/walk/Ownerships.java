package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.Holders;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Root;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.Lease;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds who owns the blobs and snapshots of a namespace, followed from pass to pass: only what
/// roots and edges lead to that have changed is asked for again. For one thread.
///
/// | lease named with                                  | is of              |
/// |---------------------------------------------------|--------------------|
/// | 64 hexadecimal digits, `-init` behind them or not | a container        |
/// | 25 lower-case letters and digits                  | the build cache    |
/// | anything else                                     | work in progress   |
///
/// Source: containerd, `core/metadata/gc.go`; moby, `daemon/containerd/image_snapshot.go`;
/// BuildKit, `cache/manager.go`.
public final class Ownerships {
  private static final Pattern CONTAINER_LEASE = Pattern.compile("[0-9a-f]{64}(-init)?");
  private static final Pattern BUILD_CACHE_LEASE = Pattern.compile("[a-z0-9]{25}(-.*)?");

  private static final Holders CONTAINER = Holders.of(Holder.CONTAINER, false);
  private static final Holders LEASE = Holders.of(Holder.LEASE, false);

  private final String snapshotter;
  private final DerivedMap<Digest, BlobRecord, BlobRecord> rootBlobs =
      DerivedMap.where(NamedBlob.KEYS, blob -> blob.labels().root());
  private final Map<String, DerivedMap<String, SnapshotEntry, SnapshotEntry>> rootSnapshots =
      new HashMap<>();
  private final DerivedMap<String, ImageRecord, ImageId> images =
      new DerivedMap<>(Namespace.NAMES, (_, record) -> new ImageId(record.target()));
  private Namespace namespace = Namespace.EMPTY;
  private LabelEdges edges;
  private List<Root> roots = List.of();
  private PersistentMap<Node, Holders> kept = ReferenceGraph.NOTHING_KEPT;

  /// @param snapshotter the store's own
  public Ownerships(String snapshotter) {
    this.snapshotter = snapshotter;
    this.edges = new LabelEdges(namespace, snapshotter);
  }

  /// The owners at `at`, when leases may have expired.
  public Ownership of(Namespace now, Instant at) {
    var edgesNow = new LabelEdges(now, snapshotter);
    List<Root> rootsNow = roots(now, at);
    Moves moves = moves(now, rootsNow, edgesNow);
    var nodes = new KeptNodes(kept, edgesNow);
    nodes.doubt(moves.left(), edges);
    moves.come().forEach(nodes::keep);
    moves.more().forEach(nodes::follow);
    if (nodes.areInDoubt()) {
      now.images().values().forEach(image -> nodes.keepDoubted(root(image)));
      rootsNow.forEach(nodes::keepDoubted);
      edgesNow.forEach(nodes::followDoubted);
    }
    namespace = now;
    edges = edgesNow;
    roots = rootsNow;
    kept = nodes.done();
    return new Ownership(
        new ReferenceGraph(images.of(now.images()), roots, edges, kept), namespace);
  }

  /// What is another way than before.
  ///
  /// @param left the nodes that something does not keep any more
  /// @param come the roots that are new
  /// @param more of kept nodes, what they keep besides
  private record Moves(Set<Node> left, List<Root> come, Map<Node, List<Node>> more) {}

  private Moves moves(Namespace now, List<Root> rootsNow, LabelEdges edgesNow) {
    Set<Node> left = new HashSet<>();
    var come = new ArrayList<>(missing(rootsNow, roots));
    missing(roots, rootsNow).forEach(root -> left.add(root.node()));
    now.images()
        .changesSince(
            namespace.images(),
            (_, was, is) -> {
              if (was != null) {
                left.add(new Node.Blob(was.target()));
              }
              if (is != null) {
                come.add(root(is));
              }
            });
    Map<Node, List<Node>> more = new LinkedHashMap<>();
    edgesNow.changesSince(
        edges,
        (node, was, is) -> {
          if (kept.containsKey(node)) {
            left.addAll(missing(was, is));
            more.put(node, missing(is, was));
          }
        });
    return new Moves(left, come, more);
  }

  /// What of `all` is not in `others`.
  private static <T> List<T> missing(Collection<T> all, Collection<T> others) {
    if (all.isEmpty()) {
      return List.of();
    }
    Set<T> known = new HashSet<>(others);
    return all.stream().filter(each -> !known.contains(each)).toList();
  }

  private static Root root(ImageRecord image) {
    return new Root(new Node.Blob(image.target()), Holders.of(new ImageId(image.target())));
  }

  /// All that are no image's.
  private List<Root> roots(Namespace now, Instant at) {
    var all = new ArrayList<Root>();
    now.leases().stream()
        .filter(lease -> !GcLabels.isExpired(lease.labels(), at))
        .forEach(lease -> addLease(lease, all));
    now.containers()
        .forEach(
            container ->
                Stream.concat(
                        Stream.of(container.snapshot().node(snapshotter)),
                        LabelEdges.nodes(container.labels(), snapshotter).stream())
                    .forEach(node -> all.add(new Root(node, CONTAINER))));
    rootBlobs
        .of(now.blobs())
        .keySet()
        .forEach(blob -> all.add(new Root(new Node.Blob(blob), LEASE)));
    now.snapshots()
        .forEach(
            (owner, keys) ->
                rootSnapshots
                    .computeIfAbsent(
                        owner,
                        _ -> DerivedMap.where(SnapshotRecord.KEYS, entry -> entry.labels().root()))
                    .of(keys)
                    .keySet()
                    .stream()
                    .map(key -> new SnapshotKey(owner, key).node(snapshotter))
                    .forEach(node -> all.add(new Root(node, LEASE))));
    rootSnapshots.keySet().retainAll(now.snapshots().keySet());
    return List.copyOf(all);
  }

  private void addLease(Lease lease, List<Root> all) {
    Holders holders = Holders.of(holder(lease.id()), GcLabels.isFlat(lease.labels()));
    lease.blobs().forEach(blob -> all.add(new Root(new Node.Blob(blob), holders)));
    for (SnapshotKey snapshot : lease.snapshots()) {
      all.add(new Root(snapshot.node(snapshotter), holders));
    }
  }

  private static Holder holder(String lease) {
    if (CONTAINER_LEASE.matcher(lease).matches()) {
      return Holder.CONTAINER;
    }
    return BUILD_CACHE_LEASE.matcher(lease).matches() ? Holder.BUILD_CACHE : Holder.LEASE;
  }
}

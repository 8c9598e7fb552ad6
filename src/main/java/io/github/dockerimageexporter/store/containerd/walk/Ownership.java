package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Root;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Who owns the blobs and snapshots of a namespace, by the rules of containerd's garbage
/// collection.
///
/// | lease named with                                  | is of              |
/// |---------------------------------------------------|--------------------|
/// | 64 hexadecimal digits, `-init` behind them or not | a container        |
/// | 25 lower-case letters and digits                  | the build cache    |
/// | anything else                                     | work in progress   |
///
/// Source: containerd, `core/metadata/gc.go`; moby, `daemon/containerd/image_snapshot.go`;
/// BuildKit, `cache/manager.go`.
public final class Ownership {
  private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{64}(-init)?");
  private static final Pattern BUILD_CACHE = Pattern.compile("[a-z0-9]{25}(-.*)?");

  private final ReferenceGraph graph;
  private final Map<Node, Set<Holder>> holders;

  private Ownership(ReferenceGraph graph) {
    this.graph = graph;
    this.holders = graph.holders();
  }

  /// The owners at `now`, when leases may have expired.
  ///
  /// @param snapshotter the store's own
  public static Ownership of(Namespace namespace, String snapshotter, Instant now) {
    var roots = new ArrayList<Root>();
    namespace
        .images()
        .values()
        .forEach(image -> roots.add(new Root(Holder.IMAGE, new Node.Blob(image.target()), false)));
    namespace.leases().stream()
        .filter(lease -> !GcLabels.isExpired(lease.labels(), now))
        .forEach(lease -> addLease(lease, snapshotter, roots));
    namespace
        .containers()
        .forEach(
            container ->
                Stream.concat(
                        Stream.of(container.snapshot().node(snapshotter)),
                        LabelEdges.nodes(container.labels(), snapshotter).stream())
                    .forEach(node -> roots.add(new Root(Holder.CONTAINER, node, false))));
    for (BlobRecord blob : namespace.blobs().values()) {
      if (blob.labels().root()) {
        roots.add(new Root(Holder.LEASE, new Node.Blob(blob.digest()), false));
      }
    }
    namespace
        .snapshots()
        .forEach(
            (owner, keys) ->
                keys.values().stream()
                    .filter(entry -> entry.labels().root())
                    .map(entry -> new SnapshotKey(owner, entry.key()).node(snapshotter))
                    .forEach(node -> roots.add(new Root(Holder.LEASE, node, false))));
    return new Ownership(new ReferenceGraph(roots, new LabelEdges(namespace, snapshotter)));
  }

  private static void addLease(Lease lease, String snapshotter, List<Root> roots) {
    Holder holder = holder(lease.id());
    boolean flat = GcLabels.isFlat(lease.labels());
    lease.blobs().forEach(blob -> roots.add(new Root(holder, new Node.Blob(blob), flat)));
    for (SnapshotKey snapshot : lease.snapshots()) {
      roots.add(new Root(holder, snapshot.node(snapshotter), flat));
    }
  }

  private static Holder holder(String lease) {
    if (CONTAINER.matcher(lease).matches()) {
      return Holder.CONTAINER;
    }
    return BUILD_CACHE.matcher(lease).matches() ? Holder.BUILD_CACHE : Holder.LEASE;
  }

  public ReferenceGraph graph() {
    return graph;
  }

  /// Whether something keeps a blob or snapshot.
  boolean keeps(Node node) {
    return holders.containsKey(node);
  }

  boolean isKeptByImage(Digest blob) {
    return holders.getOrDefault(new Node.Blob(blob), Set.of()).contains(Holder.IMAGE);
  }

  /// The owner of the directory of a snapshot that has a record.
  public Owner ownerOf(String key) {
    Set<Holder> all = holders.getOrDefault(new Node.Snapshot(key), Set.of());
    if (all.isEmpty()) {
      return Owner.REMOVING;
    }
    return switch (all.iterator().next()) {
      case IMAGE -> Owner.LAYER;
      case CONTAINER -> Owner.CONTAINER;
      case BUILD_CACHE -> Owner.BUILD_CACHE;
      case LEASE -> Owner.LEASE;
    };
  }

  /// How many blobs each owner has, of all files of the content store.
  ///
  /// @param own the blobs with a record in the namespace
  /// @param foreign the blobs with a record in another one
  public Map<BlobOwner, BlobTally> blobs(
      Map<Digest, Long> files, Set<Digest> own, Set<Digest> foreign, BlobTally downloads) {
    var tallies = new EnumMap<BlobOwner, BlobTally>(BlobOwner.class);
    for (BlobOwner owner : BlobOwner.values()) {
      tallies.put(owner, BlobTally.NONE);
    }
    files.forEach(
        (digest, bytes) ->
            tallies.computeIfPresent(
                ownerOf(digest, own, foreign), (_, tally) -> tally.and(bytes)));
    tallies.put(BlobOwner.DOWNLOAD, downloads);
    return tallies;
  }

  private BlobOwner ownerOf(Digest blob, Set<Digest> own, Set<Digest> foreign) {
    if (!own.contains(blob)) {
      return foreign.contains(blob) ? BlobOwner.OTHER_NAMESPACE : BlobOwner.ORPHAN;
    }
    Set<Holder> all = holders.getOrDefault(new Node.Blob(blob), Set.of());
    if (all.isEmpty()) {
      return foreign.contains(blob) ? BlobOwner.OTHER_NAMESPACE : BlobOwner.REMOVING;
    }
    return switch (all.iterator().next()) {
      case IMAGE -> BlobOwner.IMAGE;
      case CONTAINER, LEASE -> BlobOwner.LEASE;
      case BUILD_CACHE -> BlobOwner.BUILD_CACHE;
    };
  }
}

package io.github.dockerimageexporter.store.containerd.walk;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.containerd.Holders;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Who owns the blobs and snapshots of a namespace, by the rules of containerd's garbage
/// collection.
///
/// Source: containerd, `core/metadata/gc.go`.
public record Ownership(ReferenceGraph graph, Namespace namespace) {
  private static final int MOST_IMAGES = 100;
  private static final int MOST_STEPS = 1000;

  /// Tells of each blob and snapshot that something else keeps than then.
  public void changesSince(Ownership earlier, PersistentMap.Change<Node, Holders> change) {
    graph.kept().changesSince(earlier.graph.kept(), change);
  }

  /// Whether something keeps a blob or snapshot.
  boolean keeps(Node node) {
    return graph.kept().containsKey(node);
  }

  /// Whether there is a record of a blob or snapshot.
  boolean isRecorded(Node node) {
    return switch (node) {
      case Node.Blob(Digest digest) -> namespace.blobs().containsKey(digest);
      case Node.Snapshot(String key) ->
          namespace.snapshots().values().stream().anyMatch(keys -> keys.containsKey(key));
      case Node.Other _ -> false;
    };
  }

  boolean isKeptByImage(Digest blob) {
    return graph.holdersOf(new Node.Blob(blob)).contains(Holder.IMAGE);
  }

  /// The images that keep each of `blobs` through blobs alone, at most [#MOST_IMAGES] of them.
  Map<Digest, Set<ImageId>> imagesThatKeep(Set<Digest> blobs) {
    if (blobs.isEmpty()) {
      return Map.of();
    }
    Map<Digest, List<Digest>> keepers = keepersOfBlobs();
    Set<Digest> targets =
        namespace.images().values().stream().map(ImageRecord::target).collect(toSet());
    return blobs.stream().collect(toMap(blob -> blob, blob -> above(blob, keepers, targets)));
  }

  private static Set<ImageId> above(
      Digest blob, Map<Digest, List<Digest>> keepers, Set<Digest> targets) {
    var images = new TreeSet<ImageId>();
    var reached = new HashSet<Digest>();
    Deque<Digest> open = new ArrayDeque<>(List.of(blob));
    while (!open.isEmpty() && images.size() < MOST_IMAGES && reached.size() < MOST_STEPS) {
      Digest next = open.pop();
      if (reached.add(next)) {
        if (targets.contains(next)) {
          images.add(new ImageId(next));
        }
        keepers.getOrDefault(next, List.of()).forEach(open::push);
      }
    }
    return images;
  }

  private Map<Digest, List<Digest>> keepersOfBlobs() {
    var keepers = new HashMap<Digest, List<Digest>>();
    namespace
        .blobs()
        .forEach(
            (keeper, record) ->
                record
                    .labels()
                    .blobs()
                    .forEach(
                        blob -> keepers.computeIfAbsent(blob, _ -> new ArrayList<>()).add(keeper)));
    return keepers;
  }

  /// The owner of the directory of a snapshot that has a record.
  public Owner ownerOf(String key) {
    Set<Holder> all = graph.holdersOf(new Node.Snapshot(key));
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

  /// The owner of a blob that is there.
  ///
  /// @param foreign whether another namespace has a record of it
  BlobOwner ownerOf(Digest blob, boolean foreign) {
    if (!namespace.blobs().containsKey(blob)) {
      return foreign ? BlobOwner.OTHER_NAMESPACE : BlobOwner.ORPHAN;
    }
    Set<Holder> all = graph.holdersOf(new Node.Blob(blob));
    if (all.isEmpty()) {
      return foreign ? BlobOwner.OTHER_NAMESPACE : BlobOwner.REMOVING;
    }
    return switch (all.iterator().next()) {
      case IMAGE -> BlobOwner.IMAGE;
      case CONTAINER, LEASE -> BlobOwner.LEASE;
      case BUILD_CACHE -> BlobOwner.BUILD_CACHE;
    };
  }
}

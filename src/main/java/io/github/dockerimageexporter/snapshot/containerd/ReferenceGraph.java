package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What containerd's garbage collection follows within one namespace: its roots, and what each node
/// keeps.
///
/// @param images what each name of an image stands for
/// @param roots everything else that is kept for its own sake
/// @param edges what each node keeps: by its labels `containerd.io/gc.ref.*`, of a snapshot also
///     the one that it stands on
/// @param kept everything that is kept, and by what
///
/// Source: containerd, `core/metadata/gc.go`.
public record ReferenceGraph(
    PersistentMap<String, ImageId> images,
    List<Root> roots,
    Map<Node, List<Node>> edges,
    PersistentMap<Node, Holders> kept) {
  public static final PersistentMap<Node, Holders> NOTHING_KEPT =
      PersistentMap.empty(KeyOrder.byHash());

  /// What keeps a node; of several, the first is said to own it.
  public enum Holder {
    IMAGE(1),
    CONTAINER(2),
    BUILD_CACHE(4),
    LEASE(8);

    private final int bit;

    Holder(int bit) {
      this.bit = bit;
    }

    int bit() {
      return bit;
    }
  }

  /// Something that is kept for its own sake, with what it keeps unless its holders are flat.
  public record Root(Node node, Holders holders) {}

  /// What keeps a node.
  public Set<Holder> holdersOf(Node node) {
    return kept.getOrDefault(node, Holders.NONE).all();
  }

  /// Whether a node is kept by what is no image's name.
  boolean isKeptWithoutImages(Node node) {
    return kept.getOrDefault(node, Holders.NONE).areNotImagesAlone();
  }

  /// Everything that `image` keeps.
  public Set<Node> keptBy(ImageId image) {
    var kept = new HashSet<Node>();
    Deque<Node> open = new ArrayDeque<>(List.of(new Node.Blob(image.digest())));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (kept.add(node)) {
        open.addAll(edges.getOrDefault(node, List.of()));
      }
    }
    return kept;
  }
}

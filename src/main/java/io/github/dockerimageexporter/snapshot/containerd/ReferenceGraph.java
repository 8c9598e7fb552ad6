package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What containerd's garbage collection follows within one namespace: its roots, and what each node
/// keeps.
///
/// @param roots everything that is kept for its own sake
/// @param edges what each node keeps: by its labels `containerd.io/gc.ref.*`, of a snapshot also
///     the one that it stands on
///
/// Source: containerd, `core/metadata/gc.go`.
public record ReferenceGraph(List<Root> roots, Map<Node, List<Node>> edges) {
  public static final ReferenceGraph NOTHING = new ReferenceGraph(List.of(), Map.of());

  public ReferenceGraph {
    // Flat ones last: a node that one of them has reached may still be a way to others.
    roots = roots.stream().sorted(Comparator.comparing(Root::flat)).toList();
  }

  /// What keeps a node; of several, the first is said to own it.
  public enum Holder {
    IMAGE,
    CONTAINER,
    BUILD_CACHE,
    LEASE
  }

  /// Something that is kept for its own sake, with all that it keeps.
  ///
  /// @param flat whether it keeps the node alone, without what that keeps
  public record Root(Holder holder, Node node, boolean flat) {}

  /// Everything that is kept, and by what.
  public Map<Node, Set<Holder>> holders() {
    var holders = new HashMap<Node, Set<Holder>>();
    for (Root root : roots) {
      Deque<Node> open = new ArrayDeque<>(List.of(root.node()));
      while (!open.isEmpty()) {
        Node node = open.pop();
        boolean isNew =
            holders.computeIfAbsent(node, _ -> EnumSet.noneOf(Holder.class)).add(root.holder());
        if (isNew && !root.flat()) {
          open.addAll(edges.getOrDefault(node, List.of()));
        }
      }
    }
    return holders;
  }

  /// Everything that is kept by what is no image's name.
  public Set<Node> keptWithoutImages() {
    var kept = new HashSet<Node>();
    for (Root root : roots) {
      if (root.holder() != Holder.IMAGE) {
        follow(root.node(), root.flat(), kept);
      }
    }
    return kept;
  }

  /// Everything that `image` keeps.
  public Set<Node> keptBy(ImageId image) {
    var kept = new HashSet<Node>();
    follow(blob(image.digest()), false, kept);
    return kept;
  }

  private void follow(Node from, boolean flat, Set<Node> reached) {
    if (flat) {
      reached.add(from);
      return;
    }
    Deque<Node> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (reached.add(node)) {
        open.addAll(edges.getOrDefault(node, List.of()));
      }
    }
  }

  private static Node blob(Digest digest) {
    return new Node.Blob(digest);
  }
}

package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.Holders;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Root;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything that is kept, and by what, while it goes on to another state of roots and edges. What
/// comes is followed from where it comes. What goes may have kept all that is below it, of which
/// then is asked again who keeps it: of those alone.
final class KeptNodes {
  private final PersistentMap<Node, Holders>.Editor kept;
  private final LabelEdges edges;
  private final Set<Node> doubted = new HashSet<>();

  /// @param before what was kept
  /// @param edges what each node keeps now
  KeptNodes(PersistentMap<Node, Holders> before, LabelEdges edges) {
    this.kept = before.edit();
    this.edges = edges;
  }

  /// Forgets what keeps `nodes` and all that was below them.
  ///
  /// @param nodes those that something does not keep any more
  /// @param edgesBefore what each node has kept
  void doubt(Collection<Node> nodes, LabelEdges edgesBefore) {
    Deque<Node> open = new ArrayDeque<>(nodes);
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (kept.get(node) != null && doubted.add(node)) {
        open.addAll(edgesBefore.getOrDefault(node, List.of()));
      }
    }
    doubted.forEach(kept::remove);
  }

  /// Whether all roots are to be taken again, and all nodes to be followed, for what is in doubt.
  boolean areInDoubt() {
    return !doubted.isEmpty();
  }

  /// Takes one of all roots, for what is in doubt.
  void keepDoubted(Root root) {
    if (doubted.contains(root.node())) {
      keep(root);
    }
  }

  /// Takes a root that has come.
  void keep(Root root) {
    keep(root.node(), root.holders());
  }

  private void keep(Node from, Holders holders) {
    Holders below = holders.deep();
    if (!add(from, holders) || below.equals(Holders.NONE)) {
      return;
    }
    Deque<Node> open = new ArrayDeque<>(edges.getOrDefault(from, List.of()));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (add(node, below)) {
        open.addAll(edges.getOrDefault(node, List.of()));
      }
    }
  }

  private boolean add(Node node, Holders holders) {
    @Nullable Holders before = kept.get(node);
    Holders more = before == null ? holders : before.and(holders);
    if (more.equals(before)) {
      return false;
    }
    kept.put(node, more);
    return true;
  }

  /// Takes one of all nodes, with what it keeps, for what of that is in doubt.
  void followDoubted(Node node, List<Node> below) {
    if (below.stream().anyMatch(doubted::contains)) {
      follow(node, below.stream().filter(doubted::contains).toList());
    }
  }

  /// Takes what a node keeps besides what it has kept.
  void follow(Node keeper, List<Node> more) {
    @Nullable Holders holders = kept.get(keeper);
    if (holders != null) {
      Holders below = holders.deep();
      if (!below.equals(Holders.NONE)) {
        more.forEach(node -> keep(node, below));
      }
    }
  }

  PersistentMap<Node, Holders> done() {
    return kept.done();
  }
}

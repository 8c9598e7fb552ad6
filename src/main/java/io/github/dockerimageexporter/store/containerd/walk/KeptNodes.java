package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.Holders;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
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
    keep(root.node(), root.holder(), root.flat());
  }

  private void keep(Node from, Holder holder, boolean flat) {
    Deque<Node> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (add(node, holder, flat) && !flat) {
        open.addAll(edges.getOrDefault(node, List.of()));
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // there is one object of each
  private boolean add(Node node, Holder holder, boolean flat) {
    @Nullable Holders before = kept.get(node);
    Holders known = before == null ? Holders.NONE : before;
    Holders more = known.and(holder, flat);
    if (more == known) {
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
  void follow(Node node, List<Node> more) {
    @Nullable Holders holders = kept.get(node);
    if (holders != null) {
      holders.deep().forEach(holder -> more.forEach(below -> keep(below, holder, false)));
    }
  }

  PersistentMap<Node, Holders> done() {
    return kept.done();
  }
}

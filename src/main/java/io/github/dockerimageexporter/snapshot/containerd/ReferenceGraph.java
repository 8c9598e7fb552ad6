package io.github.dockerimageexporter.snapshot.containerd;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

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

  private static final int MOST_IMAGES = 100;
  private static final int MOST_STEPS = 1000;

  private static final Map<Holder, Set<Holder>> ALONE =
      Arrays.stream(Holder.values()).collect(toMap(holder -> holder, Set::of));

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
        Set<Holder> known = holders.getOrDefault(node, Set.of());
        if (known.contains(root.holder())) {
          continue;
        }
        holders.put(node, with(known, root.holder()));
        if (!root.flat()) {
          open.addAll(edges.getOrDefault(node, List.of()));
        }
      }
    }
    return holders;
  }

  /// Most nodes have one holder, and share its set.
  private static Set<Holder> with(Set<Holder> known, Holder more) {
    if (known.isEmpty()) {
      return Objects.requireNonNull(ALONE.get(more));
    }
    Set<Holder> both = EnumSet.copyOf(known);
    both.add(more);
    return both;
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

  /// The images that keep each of `blobs` through blobs alone, at most [#MOST_IMAGES] of them.
  public Map<Digest, Set<ImageId>> imagesThatKeep(Set<Digest> blobs) {
    if (blobs.isEmpty()) {
      return Map.of();
    }
    Map<Node, List<Node>> keepers = keepersOfBlobs();
    Set<Node> targets =
        roots.stream()
            .filter(root -> root.holder() == Holder.IMAGE)
            .map(Root::node)
            .collect(toSet());
    return blobs.stream().collect(toMap(blob -> blob, blob -> above(blob, keepers, targets)));
  }

  private static Set<ImageId> above(Digest blob, Map<Node, List<Node>> keepers, Set<Node> targets) {
    var images = new TreeSet<ImageId>();
    var reached = new HashSet<Node>();
    Deque<Node> open = new ArrayDeque<>(List.of(blob(blob)));
    while (!open.isEmpty() && images.size() < MOST_IMAGES && reached.size() < MOST_STEPS) {
      Node node = open.pop();
      if (reached.add(node)) {
        if (targets.contains(node) && node instanceof Node.Blob(Digest target)) {
          images.add(new ImageId(target));
        }
        keepers.getOrDefault(node, List.of()).forEach(open::push);
      }
    }
    return images;
  }

  private Map<Node, List<Node>> keepersOfBlobs() {
    var keepers = new HashMap<Node, List<Node>>();
    edges.forEach(
        (keeper, kept) -> {
          if (keeper instanceof Node.Blob) {
            kept.forEach(node -> keepers.computeIfAbsent(node, _ -> new ArrayList<>()).add(keeper));
          }
        });
    return keepers;
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

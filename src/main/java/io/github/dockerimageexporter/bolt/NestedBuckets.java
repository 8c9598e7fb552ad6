package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What was made of the buckets that are nested in one bucket, by the pages that have them: of the
/// next state only the leaves that are not as they were are taken apart. Immutable.
///
/// | state                       | is as it was                                                |
/// |-----------------------------|-------------------------------------------------------------|
/// | of the same transaction or  | a page that is where it was, with all below it: what a      |
/// | the next, if that is taken  | state uses is free for the one after the next at the        |
/// | for granted                 | earliest ([BoltFile])                                       |
/// | any other                   | a leaf whose bytes have a mark of the last state, if so     |
/// |                             | have the pages of all its buckets: what was written there   |
/// |                             | twice may lie where it lay                                  |
///
/// @param <R> what is made of a bucket
public final class NestedBuckets<R> {
  private static final long NEVER = -2;

  private final long transaction;

  /// Null if there is nothing.
  private final @Nullable Node<R> root;

  private NestedBuckets(long transaction, @Nullable Node<R> root) {
    this.transaction = transaction;
    this.root = root;
  }

  private sealed interface Node<R> {
    /// Where its page is.
    long page();
  }

  /// @param mark of its bytes
  private record Leaf<R>(long page, long mark, List<R> made) implements Node<R> {}

  private record Branch<R>(long page, List<Node<R>> nodes) implements Node<R> {}

  /// Of a bucket that was not read yet, or is not there.
  public static <R> NestedBuckets<R> none() {
    return new NestedBuckets<>(NEVER, null);
  }

  /// Whether the same was made of the same pages of one state.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NestedBuckets<?> that
        && transaction == that.transaction
        && Objects.equals(root, that.root);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(transaction);
  }

  /// Makes something of a nested bucket.
  public interface Reader<R> {
    R read(String name, BoltBucket.Nested bucket) throws IOException;

    /// The mark that a bucket had of which something was made; 0 if it had none.
    long mark(R made);
  }

  /// What has changed since the last state.
  ///
  /// @param come what was made of the buckets in leaves that are not as they were, new or not
  /// @param gone what was made of those that are not there any more
  public record Changes<R>(NestedBuckets<R> now, List<R> come, List<R> gone) {}

  /// What has changed now that the bucket is not there.
  public Changes<R> toNone() {
    return new Changes<>(none(), List.of(), made(leaves(Set.of())));
  }

  private static <R> List<R> made(List<Leaf<R>> leaves) {
    return leaves.stream().flatMap(leaf -> leaf.made().stream()).toList();
  }

  /// All leaves but those below `without`.
  private List<Leaf<R>> leaves(Set<Node<R>> without) {
    var leaves = new ArrayList<Leaf<R>>();
    Deque<Node<R>> open = new ArrayDeque<>();
    if (root != null) {
      open.add(root);
    }
    while (!open.isEmpty()) {
      Node<R> node = open.poll();
      if (!without.contains(node)) {
        switch (node) {
          case Leaf<R> leaf -> leaves.add(leaf);
          case Branch<R> branch -> open.addAll(branch.nodes());
        }
      }
    }
    return leaves;
  }

  /// Begins to read the next state.
  ///
  /// @param parent the bucket that they are nested in
  Rereading reread(Pages pages, BoltBucket parent, Reader<R> reader) {
    return new Rereading(pages, parent, reader);
  }

  /// The way through the pages of the next state.
  final class Rereading implements Pages.Visitor {
    private final Pages pages;
    private final BoltBucket parent;
    private final Reader<R> reader;
    private final List<R> come = new ArrayList<>();

    /// The leaves of the last state by their marks, if it is theirs that count.
    private final Map<Long, Leaf<R>> marked = new HashMap<>();

    /// What of the last state is there still.
    private final Set<Node<R>> kept = Collections.newSetFromMap(new IdentityHashMap<>());

    /// The levels on the way, the lowest first.
    private final Deque<Level<R>> way = new ArrayDeque<>();

    /// The nodes of one branch.
    ///
    /// @param known those of the last state that may be among them, by their pages
    /// @param moved those of the last state that are not, and so may be in others
    /// @param nodes those that were met by now
    private record Level<R>(Map<Long, Node<R>> known, List<Node<R>> moved, List<Node<R>> nodes) {}

    private Rereading(Pages pages, BoltBucket parent, Reader<R> reader) {
      this.pages = pages;
      this.parent = parent;
      this.reader = reader;
      if (pages.follows(transaction) && root != null) {
        way.push(new Level<>(Map.of(root.page(), root), List.of(root), new ArrayList<>()));
      } else {
        way.push(new Level<>(Map.of(), List.of(), new ArrayList<>()));
        leaves(Set.of()).forEach(leaf -> marked.put(leaf.mark(), leaf));
      }
    }

    @Override
    public boolean passes(long page) {
      @Nullable Node<R> node = way.getFirst().known().get(page);
      if (node == null) {
        return false;
      }
      kept.add(node);
      way.getFirst().nodes().add(node);
      return true;
    }

    @Override
    public void enter(List<Long> children) {
      Map<Long, Node<R>> known = new HashMap<>();
      for (Node<R> node : way.getFirst().moved()) {
        if (node instanceof Branch<R>(long _, List<Node<R>> nodes)) {
          nodes.forEach(child -> known.put(child.page(), child));
        }
      }
      Map<Long, Node<R>> moved = new HashMap<>(known);
      moved.keySet().removeAll(Set.copyOf(children));
      way.push(new Level<>(known, List.copyOf(moved.values()), new ArrayList<>(children.size())));
    }

    @Override
    public void leave(long page) {
      Level<R> done = way.pop();
      way.getFirst().nodes().add(new Branch<>(page, List.copyOf(done.nodes())));
    }

    @Override
    public boolean knows(ByteBuffer page, long id) throws IOException {
      @Nullable Leaf<R> known = marked.isEmpty() ? null : marked.get(PageMark.ofPage(page));
      if (known == null || !isAsBefore(page, id, known.made())) {
        return false;
      }
      kept.add(known);
      way.getFirst()
          .nodes()
          .add(known.page() == id ? known : new Leaf<>(id, known.mark(), known.made()));
      return true;
    }

    /// Whether the buckets of a leaf that is as it was are so too.
    private boolean isAsBefore(ByteBuffer leaf, long id, List<R> known) throws IOException {
      int elementsEnd = Page.HEADER + Page.ELEMENT * Page.count(leaf);
      int next = 0;
      for (int element = Page.HEADER; element < elementsEnd; element += Page.ELEMENT) {
        if (Page.isBucket(leaf, element)) {
          int header = Page.value(leaf, element);
          long first = leaf.getLong(header);
          long place = Page.place(id, header);
          R made = known.get(next++);
          if (first != 0 && !hasMark(made, first, place)) {
            return false;
          }
        }
      }
      return true;
    }

    private boolean hasMark(R made, long first, long place) throws IOException {
      long mark = reader.mark(made);
      return mark != 0
          && PageMark.of(pages.peek(first, place), first, place, pages::read).orElse(0) == mark;
    }

    @Override
    public void visit(Page.Leaf leaf, long page) throws IOException {
      var made = new ArrayList<R>(leaf.elements().size());
      for (Page.Element element : leaf.elements()) {
        if (element.isBucket()) {
          made.add(reader.read(element.key(), parent.new Nested(element)));
        }
      }
      way.getFirst()
          .nodes()
          .add(new Leaf<>(page, PageMark.ofPage(leaf.bytes()), List.copyOf(made)));
      come.addAll(made);
    }

    Changes<R> changes() {
      Node<R> now = way.getFirst().nodes().getFirst();
      return new Changes<>(new NestedBuckets<>(pages.transaction(), now), come, made(leaves(kept)));
    }
  }
}

package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was made of the buckets that are nested in one bucket, by the leaves that have them: of the
/// next state only the leaves that are not as they were are taken apart. Immutable.
///
/// | a leaf is as it was if                           | since                               |
/// |--------------------------------------------------|-------------------------------------|
/// | its bytes have the mark of one of the last state | it may have moved                   |
/// | and so have the pages of all its buckets         | what was written there twice may    |
/// |                                                  | lie where it lay                    |
///
/// @param <R> what is made of a bucket
public final class NestedBuckets<R> {
  /// By the mark of the leaf's bytes.
  private final Map<Long, List<R>> leaves;

  private NestedBuckets(Map<Long, List<R>> leaves) {
    this.leaves = leaves;
  }

  /// Of a bucket that was not read yet, or is not there.
  public static <R> NestedBuckets<R> none() {
    return new NestedBuckets<>(Map.of());
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
    return new Changes<>(none(), List.of(), all(leaves));
  }

  private static <R> List<R> all(Map<Long, List<R>> leaves) {
    return leaves.values().stream().flatMap(List::stream).toList();
  }

  /// Begins to read the next state.
  ///
  /// @param parent the bucket that they are nested in
  Rereading reread(Pages pages, BoltBucket parent, Reader<R> reader) {
    return new Rereading(pages, parent, reader);
  }

  /// The way through the leaves of the next state.
  final class Rereading implements Pages.Visitor {
    private final Pages pages;
    private final BoltBucket parent;
    private final Reader<R> reader;
    private final Map<Long, List<R>> now = HashMap.newHashMap(leaves.size());
    private final List<R> come = new ArrayList<>();

    private Rereading(Pages pages, BoltBucket parent, Reader<R> reader) {
      this.pages = pages;
      this.parent = parent;
      this.reader = reader;
    }

    @Override
    public boolean knows(ByteBuffer leaf, long id) throws IOException {
      long mark = PageMark.ofPage(leaf);
      @Nullable List<R> known = leaves.get(mark);
      if (known == null || !isAsBefore(leaf, id, known)) {
        return false;
      }
      now.put(mark, known);
      return true;
    }

    /// Whether the buckets of a leaf that is as it was are so too.
    private boolean isAsBefore(ByteBuffer leaf, long id, List<R> known) throws IOException {
      int elementsEnd = Page.HEADER + Page.ELEMENT * Page.count(leaf);
      int next = 0;
      for (int element = Page.HEADER; element < elementsEnd; element += Page.ELEMENT) {
        if (Page.isBucket(leaf, element)) {
          int header = Page.value(leaf, element);
          long root = leaf.getLong(header);
          long place = Page.place(id, header);
          R made = known.get(next++);
          if (root != 0 && !hasMark(made, root, place)) {
            return false;
          }
        }
      }
      return true;
    }

    private boolean hasMark(R made, long root, long place) throws IOException {
      long mark = reader.mark(made);
      return mark != 0
          && PageMark.of(pages.peek(root, place), root, place, pages::read).orElse(0) == mark;
    }

    @Override
    public void visit(Page.Leaf leaf) throws IOException {
      var made = new ArrayList<R>(leaf.elements().size());
      for (Page.Element element : leaf.elements()) {
        if (element.isBucket()) {
          made.add(reader.read(element.key(), parent.new Nested(element)));
        }
      }
      now.put(PageMark.ofPage(leaf.bytes()), List.copyOf(made));
      come.addAll(made);
    }

    Changes<R> changes() {
      Map<Long, List<R>> left = new HashMap<>(leaves);
      left.keySet().removeAll(now.keySet());
      return new Changes<>(new NestedBuckets<>(now), come, all(left));
    }
  }
}

package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The pages of one committed state; each belongs to one bucket.
///
/// Whatever the file holds, a read ends, in bounded memory:
///
/// | limit                                     | holds off                                 |
/// |-------------------------------------------|-------------------------------------------|
/// | a page belongs to one bucket              | buckets that hold themselves or one page  |
/// | keys ascend through a bucket              | branches that share pages                 |
/// | levels of a tree                          | branches that lead back                   |
/// | a page lies in the file, below high water | overflow counts that promise gigabytes    |
/// | bytes of one bucket, of buckets without   | pages that overlap                        |
/// | pages of their own the one they are in    |                                           |
/// | bytes of all pages, 16 times the file's   | pages that overlap, in many buckets       |
///
/// Only the pages of the buckets that a reader holds are kept, and of one that is walked a page of
/// each level.
final class Pages {
  private static final long LEAST_LIMIT = 32L << 20;
  private static final long MOST_LIMIT = 256L << 20;

  /// What one bucket may take: enough for 600,000 records where there is memory for them.
  static final long MAX_BYTES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 3, LEAST_LIMIT, MOST_LIMIT);

  private static final int MAX_LEVELS = 32;
  private static final long FIRST_AFTER_METAS = 2;

  /// How often the bytes of a file are read, the memory for its elements included.
  private static final int MOST_READS = 16;

  /// What an element costs in memory beside its bytes.
  private static final long ELEMENT_BYTES = 256;

  private static final long ROOT = 0;

  /// Most records have less; the rest of their pages need not be read.
  private static final int MOST_OF_LITTLE = 1024;

  private final FileBytes file;
  private final Meta meta;
  private final long fileBytes;
  private final boolean trusts;

  private final PageOwners owners = new PageOwners();

  /// What [#peek] reads to.
  private final ByteBuffer room;

  /// The same for a page of which there is little.
  private final ByteBuffer littleRoom;

  private long bytesRead;

  /// Those of the state that `meta` says.
  ///
  /// @param trusts whether pages that the transaction before has used are as they were then
  Pages(FileBytes file, Meta meta, boolean trusts) throws IOException {
    this.trusts = trusts;
    this.file = file;
    this.meta = meta;
    this.fileBytes = file.size();
    this.room = FileBytes.room(meta.pageSize());
    this.littleRoom = FileBytes.room(Math.min(MOST_OF_LITTLE, meta.pageSize()));
  }

  long transaction() {
    return meta.transaction();
  }

  /// Whether what a transaction has used, and this state uses, is as it was. The state of one and
  /// the same is, though pages of the next are being written.
  boolean follows(long earlier) {
    return trusts && (meta.transaction() == earlier || meta.transaction() == earlier + 1);
  }

  List<Page.Element> rootElements() throws IOException {
    return elements(meta.rootPage(), ROOT);
  }

  /// The elements of the tree below page `root`, in key order.
  ///
  /// @param bucket the place of the bucket's header
  List<Page.Element> elements(long root, long bucket) throws IOException {
    var elements = new ArrayList<Page.Element>();
    visit(root, bucket, (leaf, _) -> elements.addAll(leaf.elements()));
    return elements;
  }

  /// The same, if the first page was [#read] already.
  List<Page.Element> elements(long root, long bucket, ByteBuffer first) throws IOException {
    var elements = new ArrayList<Page.Element>();
    new Walk(bucket, (leaf, _) -> elements.addAll(leaf.elements()))
        .visit(Page.parse(first, root), root, MAX_LEVELS);
    return elements;
  }

  /// The bytes of a page of a bucket, with its overflow.
  ///
  /// @param bucket the place of the bucket's header
  ByteBuffer read(long id, long bucket) throws IOException {
    return new Walk(bucket, (_, _) -> {}).read(id, FileBytes.room(meta.pageSize()));
  }

  /// The same, valid until the next call, and as far as there is something in it: of many pages
  /// little is kept.
  ByteBuffer peek(long id, long bucket) throws IOException {
    return new Walk(bucket, (_, _) -> {}).read(id, littleRoom);
  }

  /// Visits the leaves of these elements one after the other, of which one at a time is held.
  void visit(long root, long bucket, Visitor visitor) throws IOException {
    new Walk(bucket, visitor).visit(root, MAX_LEVELS);
  }

  /// Is told of each leaf.
  @FunctionalInterface
  interface Visitor {
    /// Takes a leaf.
    ///
    /// @param page its number
    void visit(Page.Leaf leaf, long page) throws IOException;

    /// Whether a page, and all below it, need not be read.
    default boolean passes(long page) {
      return false;
    }

    /// Begins a branch.
    ///
    /// @param children the pages below it, all of which are visited or passed next
    default void enter(List<Long> children) {}

    /// Ends a branch.
    ///
    /// @param page its number
    default void leave(long page) {}

    /// Whether a page is a leaf that need not be visited: it was sound when it was last.
    default boolean knows(ByteBuffer page, long id) throws IOException {
      return false;
    }
  }

  /// The elements of a leaf that stands in place of a page of its own.
  static List<Page.Element> inlineElements(ByteBuffer bytes) throws TornReadException {
    if (!(Page.parse(bytes, 0) instanceof Page.Leaf leaf)) {
      throw new TornReadException("inline bucket: found a branch, expected a leaf");
    }
    String last = "";
    for (Page.Element element : leaf.elements()) {
      requireAscending(last, element.key());
      last = element.key();
      if (element.isBucket()) {
        throw new TornReadException("inline bucket: found a nested bucket, expected values only");
      }
    }
    return leaf.elements();
  }

  private static void requireAscending(String last, String next) throws TornReadException {
    if (next.compareTo(last) <= 0) {
      throw new TornReadException("found a key that does not follow the one before it");
    }
  }

  /// The way through the pages of one bucket.
  private final class Walk {
    private final long bucket;
    private final Visitor visitor;
    private String last = "";
    private long visited;
    private long bytes;

    private Walk(long bucket, Visitor visitor) {
      this.bucket = bucket;
      this.visitor = visitor;
    }

    private void visit(long id, int levels) throws IOException {
      if (visitor.passes(id)) {
        visited++;
        last = "";
        return;
      }
      ByteBuffer page = read(id, FileBytes.room(meta.pageSize()));
      if (visitor.knows(page, id)) {
        pass(page);
      } else {
        visit(Page.parse(page, id), id, levels);
      }
    }

    private void pass(ByteBuffer leaf) throws TornReadException {
      int count = Page.count(leaf);
      if (count > 0) {
        requireAscending(last, Page.key(leaf, Page.HEADER));
        last = Page.key(leaf, Page.HEADER + Page.ELEMENT * (count - 1));
        visited += count;
      }
    }

    private void visit(Page page, long id, int levels) throws IOException {
      switch (page) {
        case Page.Leaf leaf -> {
          for (Page.Element element : leaf.elements()) {
            requireAscending(last, element.key());
            last = element.key();
            visited++;
          }
          visitor.visit(leaf, id);
        }
        case Page.Branch(List<Long> children) -> {
          if (levels == 0) {
            throw new TornReadException("found more than " + MAX_LEVELS + " levels of pages");
          }
          visitor.enter(children);
          for (long child : children) {
            long before = visited;
            visit(child, levels - 1);
            if (visited == before) {
              throw new TornReadException("page " + child + ": found no key below a branch");
            }
          }
          visitor.leave(id);
        }
      }
    }

    /// @param room for a page, or a part of one that may suffice; one with overflow gets its own
    private ByteBuffer read(long id, ByteBuffer room) throws IOException {
      if (!owners.take(id, bucket)) {
        throw new TornReadException("page " + id + ": found in two buckets");
      }
      return load(id, room);
    }

    private ByteBuffer load(long id, ByteBuffer room) throws IOException {
      long pages = Math.min(meta.highWater(), fileBytes / meta.pageSize());
      if (id < FIRST_AFTER_METAS || id >= pages) {
        throw new TornReadException(
            "found a pointer to page %s, expected %d to %s, in a file of %d pages"
                .formatted(
                    Long.toUnsignedString(id),
                    FIRST_AFTER_METAS,
                    Long.toUnsignedString(meta.highWater() - 1),
                    fileBytes / meta.pageSize()));
      }
      long position = id * meta.pageSize();
      ByteBuffer first = file.read(position, room);
      Page.requireId(first, id);
      if (first.limit() < meta.pageSize() && Page.end(first) > first.limit()) {
        first = file.read(position, Pages.this.room);
      }
      long end = id + 1 + Page.overflow(first);
      if (end > pages) {
        throw new TornReadException("page " + id + ": overflow ends at page " + end);
      }
      long length = (end - id) * meta.pageSize();
      count(id, length + Page.count(first) * ELEMENT_BYTES);
      return end == id + 1 ? first : file.read(position, (int) length);
    }

    private void count(long id, long more) throws BoltLimitException {
      bytes += more;
      bytesRead += more;
      if (bytes > MAX_BYTES) {
        throw new BoltLimitException("page " + id, MAX_BYTES + " bytes in a bucket");
      }
      if (bytesRead > Math.max(MAX_BYTES, fileBytes * MOST_READS)) {
        throw new BoltLimitException("page " + id, MOST_READS + " times the file");
      }
    }
  }
}

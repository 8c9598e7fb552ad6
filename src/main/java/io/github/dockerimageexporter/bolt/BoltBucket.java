package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// A bucket of a bbolt database, valid within the [BoltFile#read] that gave it.
///
/// Keys are bytes; here each byte is one character (ISO 8859-1), which loses nothing, is the same
/// for ASCII, and keeps bbolt's order. A key holds either a value or a nested bucket.
///
/// Cost: a bucket is read whole when it is asked for, its nested buckets are not.
public final class BoltBucket {
  private static final int HEADER = 16;
  private static final int MAX_NESTING = 32;

  private final Pages pages;
  private final int nesting;

  /// In the order of their keys.
  private final List<Page.Element> elements;

  private BoltBucket(Pages pages, int nesting, List<Page.Element> elements) {
    this.pages = pages;
    this.nesting = nesting;
    this.elements = elements;
  }

  static BoltBucket root(Pages pages) throws IOException {
    return new BoltBucket(pages, 0, pages.rootElements());
  }

  /// The names of the nested buckets, in key order.
  public List<String> bucketNames() {
    return elements.stream().filter(Page.Element::isBucket).map(Page.Element::key).toList();
  }

  /// The nested bucket under `name`; empty if there is none.
  ///
  /// @throws TornReadException if it cannot be a bucket's tree
  public Optional<BoltBucket> bucket(String name) throws IOException {
    Optional<Page.Element> element = find(name).filter(Page.Element::isBucket);
    return element.isPresent() ? Optional.of(nested(element.get())) : Optional.empty();
  }

  /// What has changed of the buckets that are nested in the bucket under `name`, since those of an
  /// earlier state: of a large one a page at a time is held.
  public <R> NestedBuckets.Changes<R> nestedIn(
      String name, NestedBuckets<R> last, NestedBuckets.Reader<R> reader) throws IOException {
    Optional<Page.Element> found = find(name).filter(Page.Element::isBucket);
    if (found.isEmpty()) {
      return last.toNone();
    }
    long root = rootOf(found.get());
    if (root == 0) {
      // Nothing can be nested in it.
      var _ = nested(found.get());
      return last.toNone();
    }
    var parent = new BoltBucket(pages, nesting + 1, List.of());
    NestedBuckets<R>.Rereading leaves = last.reread(pages, parent, reader);
    pages.visit(root, found.get().place(), leaves);
    return leaves.changes();
  }

  /// A nested bucket that is not taken apart yet, for the time of the visit.
  public final class Nested {
    private final Page.Element element;
    private final ByteBuffer first;

    Nested(Page.Element element) throws IOException {
      this.element = element;
      long root = rootOf(element);
      this.first = root == 0 ? inlinePage(element) : pages.peek(root, element.place());
    }

    /// A number that another content of the bucket does not have, by all likelihood ([PageMark]).
    /// Empty if the bucket has many pages.
    public OptionalLong mark() throws IOException {
      return PageMark.of(first, rootOf(element), element.place(), pages::read);
    }

    /// Takes it apart, for the time of the visit as well.
    ///
    /// @throws TornReadException if it cannot be a bucket's tree
    public BoltBucket open() throws IOException {
      return nested(element, first);
    }
  }

  /// The values, in key order, without the nested buckets.
  public SequencedMap<String, byte[]> values() {
    var values = new LinkedHashMap<String, byte[]>();
    for (Page.Element element : elements) {
      if (!element.isBucket()) {
        values.put(element.key(), bytes(element));
      }
    }
    return values;
  }

  /// The value under `key`; empty if there is none.
  public Optional<byte[]> value(String key) {
    return find(key).filter(element -> !element.isBucket()).map(BoltBucket::bytes);
  }

  private Optional<Page.Element> find(String key) {
    int low = 0;
    int high = elements.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Page.Element element = elements.get(middle);
      int order = element.key().compareTo(key);
      if (order == 0) {
        return Optional.of(element);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  private BoltBucket nested(Page.Element element) throws IOException {
    return nested(element, firstPage(element));
  }

  private BoltBucket nested(Page.Element element, ByteBuffer first) throws IOException {
    long root = rootOf(element);
    return new BoltBucket(
        pages,
        nesting + 1,
        root == 0 ? Pages.inlineElements(first) : pages.elements(root, element.place(), first));
  }

  /// The first page of the bucket whose header (u64 root page, u64 sequence) is the element's
  /// value; root 0 says that its only page follows the header.
  private ByteBuffer firstPage(Page.Element element) throws IOException {
    long root = rootOf(element);
    return root == 0 ? inlinePage(element) : pages.read(root, element.place());
  }

  private static ByteBuffer inlinePage(Page.Element element) {
    return Page.part(element.bytes(), element.start() + HEADER, element.end());
  }

  private long rootOf(Page.Element element) throws TornReadException {
    int length = element.end() - element.start();
    if (length < HEADER) {
      throw new TornReadException(
          "bucket header: found " + length + " bytes, expected at least " + HEADER);
    }
    if (nesting == MAX_NESTING) {
      throw new TornReadException("found buckets nested deeper than " + MAX_NESTING);
    }
    return element.bytes().getLong(element.start());
  }

  private static byte[] bytes(Page.Element element) {
    var bytes = new byte[element.end() - element.start()];
    element.bytes().get(element.start(), bytes);
    return bytes;
  }
}

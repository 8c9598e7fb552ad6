package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
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
  private final List<String> path;
  private final SequencedMap<String, Page.Element> elements;

  private BoltBucket(Pages pages, List<String> path, SequencedMap<String, Page.Element> elements) {
    this.pages = pages;
    this.path = path;
    this.elements = elements;
  }

  static BoltBucket root(Pages pages) throws IOException {
    return new BoltBucket(pages, List.of(), pages.rootElements());
  }

  /// The names of the nested buckets, in key order.
  public List<String> bucketNames() {
    return elements.values().stream()
        .filter(Page.Element::isBucket)
        .map(Page.Element::key)
        .toList();
  }

  /// The nested bucket under `name`; empty if there is none.
  ///
  /// @throws TornReadException if it cannot be a bucket's tree
  public Optional<BoltBucket> bucket(String name) throws IOException {
    Page.Element element = elements.get(name);
    return element != null && element.isBucket() ? Optional.of(nested(element)) : Optional.empty();
  }

  /// The values, in key order, without the nested buckets.
  public SequencedMap<String, byte[]> values() {
    var values = new LinkedHashMap<String, byte[]>();
    for (Page.Element element : elements.values()) {
      if (!element.isBucket()) {
        values.put(element.key(), bytes(element));
      }
    }
    return values;
  }

  /// The value under `key`; empty if there is none.
  public Optional<byte[]> value(String key) {
    return Optional.ofNullable(elements.get(key))
        .filter(element -> !element.isBucket())
        .map(BoltBucket::bytes);
  }

  /// Reads the bucket whose header (u64 root page, u64 sequence) is the element's value; root 0
  /// says that its only page follows the header.
  private BoltBucket nested(Page.Element element) throws IOException {
    ByteBuffer header = element.value();
    if (header.limit() < HEADER) {
      throw new TornReadException(
          "bucket header: found " + header.limit() + " bytes, expected at least " + HEADER);
    }
    if (path.size() == MAX_NESTING) {
      throw new TornReadException("found buckets nested deeper than " + MAX_NESTING);
    }
    var nestedPath = new ArrayList<>(path);
    nestedPath.add(element.key());
    long root = header.getLong(0);
    return new BoltBucket(
        pages,
        List.copyOf(nestedPath),
        root == 0
            ? Pages.inlineElements(Page.littleEndian(header, HEADER, header.limit()))
            : pages.elements(root, nestedPath));
  }

  private static byte[] bytes(Page.Element element) {
    var bytes = new byte[element.value().limit()];
    element.value().get(0, bytes);
    return bytes;
  }
}

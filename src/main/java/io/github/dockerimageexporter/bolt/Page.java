package io.github.dockerimageexporter.bolt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// One node of a bucket's tree: a header of 16 bytes, element headers of 16, then keys and values
/// in the elements' order.
///
/// | part           | fields                                                                   |
/// |----------------|--------------------------------------------------------------------------|
/// | header         | u64 page, u16 flags (1 branch, 2 leaf), u16 count, u32 overflow pages    |
/// | branch element | u32 position of the key, u32 its length, u64 child page                  |
/// | leaf element   | u32 flags (1 bucket), u32 position of the key, u32 lengths of key, value |
///
/// A position counts from the element's own header; a value follows its key.
///
/// Source: bbolt, `internal/common/page.go`.
sealed interface Page {
  int HEADER = 16;

  /// The header of an element.
  int ELEMENT = 16;

  /// Flags of a page.
  int BRANCH = 1;

  int LEAF = 2;

  /// The keys of a branch only speed up a search, so they are not kept.
  record Branch(List<Long> children) implements Page {}

  /// A node with keys and what they have.
  ///
  /// @param bytes the page, or what stands in its place
  record Leaf(ByteBuffer bytes, List<Element> elements) implements Page {}

  /// A key with its value, or with the header of the bucket nested under it.
  ///
  /// @param bytes the page, or what stands in its place; the value is in it from `start` to `end`
  /// @param place that of the value in the database: other values have others
  record Element(String key, boolean isBucket, ByteBuffer bytes, int start, int end, long place) {}

  /// Where a value is in the database.
  ///
  /// @param page the leaf that has the value, 0 if that has no page of its own
  /// @param value where it lies in it
  static long place(long page, long value) {
    return (page << Integer.SIZE) + value;
  }

  static int count(ByteBuffer header) {
    return Short.toUnsignedInt(header.getShort(10));
  }

  static long overflow(ByteBuffer header) {
    return Integer.toUnsignedLong(header.getInt(12));
  }

  static void requireId(ByteBuffer header, long expected) throws TornReadException {
    if (header.limit() < HEADER || header.getLong(0) != expected) {
      String found =
          header.limit() < HEADER
              ? header.limit() + " bytes"
              : "page " + Long.toUnsignedString(header.getLong(0));
      throw new TornReadException("found " + found + ", expected page " + expected);
    }
  }

  /// Parses a page with its overflow, which reach to the limit of `bytes`.
  ///
  /// @throws TornReadException if its parts overlap, or do not lie within `bytes`
  static Page parse(ByteBuffer bytes, long id) throws TornReadException {
    requireId(bytes, id);
    int count = count(bytes);
    int elementsEnd = HEADER + ELEMENT * count;
    if (elementsEnd > bytes.limit()) {
      throw new TornReadException(
          "page " + id + ": found " + count + " elements in " + bytes.limit() + " bytes");
    }
    int flags = Short.toUnsignedInt(bytes.getShort(8));
    return switch (flags) {
      case BRANCH -> branch(bytes, count);
      case LEAF -> leaf(bytes, count, elementsEnd, id);
      default ->
          throw new TornReadException(
              "page " + id + ": found flags " + flags + ", expected 1 (branch) or 2 (leaf)");
    };
  }

  private static Branch branch(ByteBuffer bytes, int count) {
    var children = new ArrayList<Long>(count);
    for (int i = 0; i < count; i++) {
      children.add(bytes.getLong(HEADER + ELEMENT * i + 8));
    }
    return new Branch(children);
  }

  private static Leaf leaf(ByteBuffer bytes, int count, int elementsEnd, long id)
      throws TornReadException {
    var elements = new ArrayList<Element>(count);
    long free = elementsEnd;
    for (int i = 0; i < count; i++) {
      int header = HEADER + ELEMENT * i;
      int flags = bytes.getInt(header);
      long key = header + Integer.toUnsignedLong(bytes.getInt(header + 4));
      long value = key + Integer.toUnsignedLong(bytes.getInt(header + 8));
      long end = value + Integer.toUnsignedLong(bytes.getInt(header + 12));
      if ((flags & ~1) != 0 || key < free || end > bytes.limit()) {
        throw new TornReadException(
            ("page %d, element %d: found flags %#x, bytes %d to %d,"
                    + " expected flags 0 or 1, bytes within %d to %d")
                .formatted(id, i, flags, key, end, free, bytes.limit()));
      }
      elements.add(
          new Element(
              new String(
                  bytes.array(), bytes.arrayOffset() + (int) key, (int) (value - key), ISO_8859_1),
              flags == 1,
              bytes,
              (int) value,
              (int) end,
              place(id, value)));
      free = end;
    }
    return new Leaf(bytes, elements);
  }

  /// Whether an element of a sound leaf has a nested bucket.
  ///
  /// @param element where its header lies
  static boolean isBucket(ByteBuffer leaf, int element) {
    return leaf.getInt(element) != 0;
  }

  /// Where the value of an element of a sound leaf lies.
  static int value(ByteBuffer leaf, int element) {
    return element + leaf.getInt(element + 4) + leaf.getInt(element + 8);
  }

  /// The key of an element of a sound leaf.
  static String key(ByteBuffer leaf, int element) {
    int start = element + leaf.getInt(element + 4);
    return new String(
        leaf.array(), leaf.arrayOffset() + start, leaf.getInt(element + 8), ISO_8859_1);
  }

  /// Where the last element of a page ends, and so all of them if it is a sound one: what is behind
  /// it is of no account.
  static long end(ByteBuffer page) {
    int elementsEnd = HEADER + ELEMENT * count(page);
    if (elementsEnd == HEADER || elementsEnd > page.limit()) {
      return elementsEnd;
    }
    int last = elementsEnd - ELEMENT;
    if (page.getShort(8) == BRANCH) {
      return last
          + Integer.toUnsignedLong(page.getInt(last))
          + Integer.toUnsignedLong(page.getInt(last + 4));
    }
    return last
        + Integer.toUnsignedLong(page.getInt(last + 4))
        + Integer.toUnsignedLong(page.getInt(last + 8))
        + Integer.toUnsignedLong(page.getInt(last + 12));
  }

  /// A part of a page, as a page of its own.
  static ByteBuffer part(ByteBuffer bytes, int start, int end) {
    return bytes.slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
  }
}

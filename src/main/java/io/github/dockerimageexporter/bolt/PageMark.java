package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// Two checksums of what is in the pages of a bucket and of the buckets nested in it, whatever the
/// numbers of the pages are, and what is left behind it in them. Pages are not taken apart for it.
///
/// Records of containerd are such buckets: their labels are a bucket in them, which has pages of
/// its own if it is large.
final class PageMark {
  /// No record of a real store has so many.
  private static final int MOST_PAGES = 64;

  private static final int MOST_LEVELS = 4;

  /// Of a page with its overflow: one of each level is in memory.
  private static final int MOST_BYTES = 64 * 1024;

  private final PageReader pages;
  private final CRC32 one = new CRC32();
  private final CRC32C other = new CRC32C();
  private int read;

  /// Reads a page of a bucket.
  @FunctionalInterface
  interface PageReader {
    /// The page of this number.
    ///
    /// @param bucket the place of the bucket's header
    ByteBuffer read(long id, long bucket) throws IOException;
  }

  private PageMark(PageReader pages) {
    this.pages = pages;
  }

  /// The mark of a bucket; empty if it is too large for one, or no tree.
  ///
  /// @param first its first page
  /// @param root the number of that, 0 if it has no page of its own
  /// @param bucket the place of its header
  static OptionalLong of(ByteBuffer first, long root, long bucket, PageReader pages)
      throws IOException {
    var mark = new PageMark(pages);
    return mark.add(first, root, bucket, MOST_LEVELS)
        ? OptionalLong.of(mark.value())
        : OptionalLong.empty();
  }

  /// The mark of what is in one page, with the numbers of the pages that it leads to.
  static long ofPage(ByteBuffer page) {
    var mark = new PageMark((_, _) -> page);
    mark.update(page, Long.BYTES, (int) Math.min(Page.end(page), page.limit()));
    return mark.value();
  }

  private long value() {
    return one.getValue() << Integer.SIZE | other.getValue();
  }

  private boolean add(ByteBuffer page, long id, long bucket, int levels) throws IOException {
    if (page.limit() < Page.HEADER || page.limit() > MOST_BYTES) {
      return false;
    }
    int kind = page.getShort(8);
    int elementsEnd = Page.HEADER + Page.ELEMENT * Page.count(page);
    long end = Page.end(page);
    if ((kind != Page.BRANCH && kind != Page.LEAF)
        || elementsEnd > page.limit()
        || end < elementsEnd
        || end > page.limit()
        || levels == 0
        || ++read > MOST_PAGES) {
      return false;
    }
    int done = Long.BYTES;
    for (int element = Page.HEADER; element < elementsEnd; element += Page.ELEMENT) {
      int pointer = kind == Page.BRANCH ? element + Long.BYTES : bucketElsewhere(page, element);
      if (pointer > 0) {
        if (pointer < done || pointer + Long.BYTES > end) {
          return false;
        }
        long child = page.getLong(pointer);
        long owner = kind == Page.BRANCH ? bucket : Page.place(id, pointer);
        if (!add(pages.read(child, owner), child, owner, levels - 1)) {
          return false;
        }
        update(page, done, pointer);
        done = pointer + Long.BYTES;
      }
    }
    update(page, done, (int) end);
    return true;
  }

  /// Where the header of an element's bucket lies, if that has pages of its own; 0 otherwise.
  private static int bucketElsewhere(ByteBuffer leaf, int element) {
    if (leaf.getInt(element) == 0) {
      return 0;
    }
    long header =
        element
            + Integer.toUnsignedLong(leaf.getInt(element + 4))
            + Integer.toUnsignedLong(leaf.getInt(element + 8));
    boolean isWithin = header + Long.BYTES <= leaf.limit();
    return isWithin && leaf.getLong((int) header) != 0 ? (int) header : 0;
  }

  private void update(ByteBuffer page, int start, int end) {
    one.update(page.array(), page.arrayOffset() + start, end - start);
    other.update(page.array(), page.arrayOffset() + start, end - start);
  }
}

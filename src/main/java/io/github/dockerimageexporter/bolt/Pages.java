package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pages of one committed state; each is read once and belongs to one bucket.
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
/// Only the pages of the buckets that a reader holds are kept.
final class Pages {
  private static final long LEAST_LIMIT = 32L << 20;
  private static final long MOST_LIMIT = 128L << 20;

  /// What one bucket may take: enough for 300,000 records where there is memory for them.
  static final long MAX_BYTES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 4, LEAST_LIMIT, MOST_LIMIT);

  private static final int MAX_LEVELS = 32;
  private static final long FIRST_AFTER_METAS = 2;

  /// How often the bytes of a file are read, the memory for its elements included.
  private static final int MOST_READS = 16;

  /// What an element costs in memory beside its bytes.
  private static final long ELEMENT_BYTES = 256;

  private static final long ROOT = 0;

  private final FileBytes file;
  private final Meta meta;
  private final long fileBytes;

  /// The bucket of each page, by the place of its header.
  private final Map<Long, Long> buckets = new HashMap<>();

  private long bytesRead;

  Pages(FileBytes file, Meta meta) throws IOException {
    this.file = file;
    this.meta = meta;
    this.fileBytes = file.size();
  }

  List<Page.Element> rootElements() throws IOException {
    return elements(meta.rootPage(), ROOT);
  }

  /// The elements of the tree below page `root`, in key order.
  ///
  /// @param bucket the place of the bucket's header
  List<Page.Element> elements(long root, long bucket) throws IOException {
    long before = bytesRead;
    Page page = page(root, bucket, before);
    if (page instanceof Page.Leaf only) {
      requireAscending(only.elements(), "");
      return only.elements();
    }
    var elements = new ArrayList<Page.Element>();
    collect(page, bucket, MAX_LEVELS, before, elements);
    return elements;
  }

  /// The elements of a leaf that stands in place of a page of its own.
  static List<Page.Element> inlineElements(ByteBuffer bytes) throws TornReadException {
    if (!(Page.parse(bytes, 0) instanceof Page.Leaf leaf)) {
      throw new TornReadException("inline bucket: found a branch, expected a leaf");
    }
    requireAscending(leaf.elements(), "");
    for (Page.Element element : leaf.elements()) {
      if (element.isBucket()) {
        throw new TornReadException("inline bucket: found a nested bucket, expected values only");
      }
    }
    return leaf.elements();
  }

  private void collect(
      Page page, long bucket, int levels, long bucketStart, List<Page.Element> elements)
      throws IOException {
    switch (page) {
      case Page.Leaf leaf -> {
        requireAscending(leaf.elements(), elements.isEmpty() ? "" : elements.getLast().key());
        elements.addAll(leaf.elements());
      }
      case Page.Branch(List<Long> children) -> {
        if (levels == 0) {
          throw new TornReadException("found more than " + MAX_LEVELS + " levels of pages");
        }
        for (long id : children) {
          int before = elements.size();
          collect(page(id, bucket, bucketStart), bucket, levels - 1, bucketStart, elements);
          if (elements.size() == before) {
            throw new TornReadException("page " + id + ": found no key below a branch");
          }
        }
      }
    }
  }

  private static void requireAscending(List<Page.Element> elements, String last)
      throws TornReadException {
    String before = last;
    for (Page.Element element : elements) {
      if (element.key().compareTo(before) <= 0) {
        throw new TornReadException("found a key that does not follow the one before it");
      }
      before = element.key();
    }
  }

  /// @param bucketStart how much had been read before the bucket was
  private Page page(long id, long bucket, long bucketStart) throws IOException {
    @Nullable Long owner = buckets.putIfAbsent(id, bucket);
    if (owner != null && owner != bucket) {
      throw new TornReadException("page " + id + ": found in two buckets");
    }
    return load(id, bucketStart);
  }

  private Page load(long id, long bucketStart) throws IOException {
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
    ByteBuffer bytes = file.read(position, meta.pageSize());
    Page.requireId(bytes, id);
    long end = id + 1 + Page.overflow(bytes);
    if (end > pages) {
      throw new TornReadException("page " + id + ": overflow ends at page " + end);
    }
    long length = (end - id) * meta.pageSize();
    bytesRead += length + Page.count(bytes) * ELEMENT_BYTES;
    if (bytesRead - bucketStart > MAX_BYTES) {
      throw new BoltLimitException("page " + id, MAX_BYTES + " bytes in a bucket");
    }
    if (bytesRead > Math.max(MAX_BYTES, fileBytes * MOST_READS)) {
      throw new BoltLimitException("page " + id, MOST_READS + " times the file");
    }
    return Page.parse(end == id + 1 ? bytes : file.read(position, (int) length), id);
  }
}

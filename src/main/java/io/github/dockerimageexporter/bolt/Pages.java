package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

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

  private final FileBytes file;
  private final Meta meta;
  private final Map<Long, List<String>> buckets = new HashMap<>();
  private long bytesRead;

  Pages(FileBytes file, Meta meta) {
    this.file = file;
    this.meta = meta;
  }

  SequencedMap<String, Page.Element> rootElements() throws IOException {
    return elements(meta.rootPage(), List.of());
  }

  /// The elements of the tree below page `root`, in key order.
  SequencedMap<String, Page.Element> elements(long root, List<String> bucket) throws IOException {
    var elements = new LinkedHashMap<String, Page.Element>();
    long before = bytesRead;
    collect(page(root, bucket, before), bucket, MAX_LEVELS, before, elements);
    return Collections.unmodifiableSequencedMap(elements);
  }

  /// The elements of a leaf that stands in place of a page of its own.
  static SequencedMap<String, Page.Element> inlineElements(ByteBuffer bytes)
      throws TornReadException {
    if (!(Page.parse(bytes, 0) instanceof Page.Leaf leaf)) {
      throw new TornReadException("inline bucket: found a branch, expected a leaf");
    }
    var elements = new LinkedHashMap<String, Page.Element>();
    append(leaf, elements);
    if (elements.values().stream().anyMatch(Page.Element::isBucket)) {
      throw new TornReadException("inline bucket: found a nested bucket, expected values only");
    }
    return Collections.unmodifiableSequencedMap(elements);
  }

  private void collect(
      Page page,
      List<String> bucket,
      int levels,
      long bucketStart,
      SequencedMap<String, Page.Element> elements)
      throws IOException {
    switch (page) {
      case Page.Leaf leaf -> append(leaf, elements);
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

  private static void append(Page.Leaf leaf, SequencedMap<String, Page.Element> elements)
      throws TornReadException {
    String last = elements.isEmpty() ? "" : elements.lastEntry().getKey();
    for (Page.Element element : leaf.elements()) {
      if (element.key().compareTo(last) <= 0) {
        throw new TornReadException("found a key that does not follow the one before it");
      }
      elements.put(element.key(), element);
      last = element.key();
    }
  }

  /// @param bucketStart how much had been read before the bucket was
  private Page page(long id, List<String> bucket, long bucketStart) throws IOException {
    List<String> owner = buckets.putIfAbsent(id, bucket);
    if (owner != null && !owner.equals(bucket)) {
      throw new TornReadException("page " + id + ": found in two buckets");
    }
    return load(id, bucketStart);
  }

  private Page load(long id, long bucketStart) throws IOException {
    if (id < FIRST_AFTER_METAS || id >= Math.min(meta.highWater(), pagesInFile())) {
      throw new TornReadException(
          "found a pointer to page %s, expected %d to %s, in a file of %d pages"
              .formatted(
                  Long.toUnsignedString(id),
                  FIRST_AFTER_METAS,
                  Long.toUnsignedString(meta.highWater() - 1),
                  pagesInFile()));
    }
    long position = id * meta.pageSize();
    ByteBuffer header = file.read(position, Page.HEADER);
    Page.requireId(header, id);
    long end = id + 1 + Page.overflow(header);
    if (end > Math.min(meta.highWater(), pagesInFile())) {
      throw new TornReadException("page " + id + ": overflow ends at page " + end);
    }
    long length = (end - id) * meta.pageSize();
    bytesRead += length + Page.count(header) * ELEMENT_BYTES;
    if (bytesRead - bucketStart > MAX_BYTES) {
      throw new BoltLimitException("page " + id, MAX_BYTES + " bytes in a bucket");
    }
    if (bytesRead > Math.max(MAX_BYTES, file.size() * MOST_READS)) {
      throw new BoltLimitException("page " + id, MOST_READS + " times the file");
    }
    return Page.parse(file.read(position, (int) length), id);
  }

  private long pagesInFile() throws IOException {
    return file.size() / meta.pageSize();
  }
}

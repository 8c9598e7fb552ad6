package io.github.dockerimageexporter.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Writes small bbolt databases: each commit a whole new file, with one leaf for each bucket, and
/// put in place in one step.
///
/// | page     | has                                                        |
/// |----------|------------------------------------------------------------|
/// | 0, 1     | the meta pages, of this transaction and of the one before  |
/// | from 2   | the leaves, of as many pages as they need                  |
///
/// Source: bbolt, `internal/common/{page,meta,bucket}.go`.
final class BoltWriter {
  private static final int PAGE_SIZE = 4096;
  private static final int HEADER = 16;
  private static final int LEAF = 2;
  private static final int META = 4;
  private static final int IS_BUCKET = 1;
  private static final int MAGIC = 0xED0CDAED;
  private static final int CHECKSUM = 72;

  private final Path file;
  private long transaction = 1;

  BoltWriter(Path file) {
    this.file = file;
  }

  /// Replaces the whole content.
  ///
  /// @param root by name: bytes, or a map of the same kind, which is a bucket
  void commit(Map<String, ?> root) {
    transaction++;
    var pages = new ArrayList<byte[]>();
    long rootPage = write(root, pages);
    var content = new ByteArrayOutputStream();
    for (long page = 0; page < 2; page++) {
      content.writeBytes(
          meta(page, rootPage, 2L + pages.size(), transaction - (transaction + page) % 2));
    }
    pages.forEach(content::writeBytes);
    StoreFiles.replace(file, content.toByteArray(), StoreFiles.PUBLIC_FILE);
  }

  /// Writes a bucket after those in it.
  ///
  /// @return the number of its first page
  private static long write(Map<String, ?> bucket, List<byte[]> pages) {
    var values = new ArrayList<byte[]>();
    var flags = new ArrayList<Integer>();
    var keys = new ArrayList<byte[]>();
    for (Map.Entry<String, ?> item : bucket.entrySet()) {
      keys.add(item.getKey().getBytes(UTF_8));
      if (item.getValue() instanceof byte[] bytes) {
        values.add(bytes);
        flags.add(0);
      } else {
        byte[] header = new byte[HEADER];
        little(header).putLong(write(nested(item.getValue()), pages));
        values.add(header);
        flags.add(IS_BUCKET);
      }
    }
    return add(leaf(keys, values, flags), keys.size(), pages);
  }

  @SuppressWarnings("unchecked") // What is in a bucket is a value or a bucket.
  private static Map<String, ?> nested(Object bucket) {
    return (Map<String, ?>) bucket;
  }

  /// What follows the header of a page with these items.
  private static byte[] leaf(List<byte[]> keys, List<byte[]> values, List<Integer> flags) {
    int elements = HEADER * keys.size();
    int data = keys.stream().mapToInt(key -> key.length).sum();
    data += values.stream().mapToInt(value -> value.length).sum();
    byte[] bytes = new byte[elements + data];
    ByteBuffer leaf = little(bytes);
    int position = elements;
    for (int i = 0; i < keys.size(); i++) {
      byte[] key = keys.get(i);
      byte[] value = values.get(i);
      int element = HEADER * i;
      leaf.putInt(element, flags.get(i)).putInt(element + 4, position - element);
      leaf.putInt(element + 8, key.length).putInt(element + 12, value.length);
      leaf.put(position, key).put(position + key.length, value);
      position += key.length + value.length;
    }
    return bytes;
  }

  private static long add(byte[] leaf, int count, List<byte[]> pages) {
    int needed = (HEADER + leaf.length + PAGE_SIZE - 1) / PAGE_SIZE;
    long first = 2L + pages.size();
    ByteBuffer node = little(new byte[needed * PAGE_SIZE]);
    node.putLong(first).putShort((short) LEAF).putShort((short) count).putInt(needed - 1);
    node.put(leaf);
    for (int page = 0; page < needed; page++) {
      byte[] part = new byte[PAGE_SIZE];
      node.get(page * PAGE_SIZE, part);
      pages.add(part);
    }
    return first;
  }

  private static byte[] meta(long page, long root, long pages, long transaction) {
    byte[] bytes = new byte[PAGE_SIZE];
    ByteBuffer meta = little(bytes);
    meta.putLong(0, page).putShort(8, (short) META);
    meta.putInt(16, MAGIC).putInt(20, 2).putInt(24, PAGE_SIZE);
    meta.putLong(32, root).putLong(48, -1).putLong(56, pages).putLong(64, transaction);
    long hash = 0xcbf29ce484222325L;
    for (int i = HEADER; i < CHECKSUM; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * 0x100000001b3L;
    }
    meta.putLong(CHECKSUM, hash);
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

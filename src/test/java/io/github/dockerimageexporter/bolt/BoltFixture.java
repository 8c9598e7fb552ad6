package io.github.dockerimageexporter.bolt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes bbolt databases, page by page, in bbolt's order: new pages first, then the meta page.
///
/// Each commit writes the whole tree anew to the lowest pages that the state before it does not
/// use, which is the hardest reuse that bbolt's rule allows. A small bucket without nested ones is
/// laid inline; a node over half a page's size is split, but into no node of one item, which bbolt
/// never makes and cannot take an item from; a value over a page's size overflows.
///
/// One that keeps pages writes only those that are not as they were, as bbolt does: where it splits
/// a node depends on what is there, and not on what is before it.
public final class BoltFixture implements AutoCloseable {
  public static final int PAGE_SIZE = 1024;

  private static final int HEADER = 16;

  /// What each bucket counts on from: more than any number in it, so that an engine that goes on
  /// with the database gives each thing a number of its own.
  private static final long SEQUENCE = 1 << 20;

  /// What stands in a page: an element with a value, or a pointer to a child page.
  private record Item(String key, int flags, String value, long child) {}

  /// Of so many keys one begins a node.
  private static final int KEYS_OF_NODE = 16;

  private final FileChannel channel;
  private final int pageSize;
  private final boolean keeps;

  /// Where the nodes of the last state are, and those of the next by now.
  private Map<Digest, Deque<Long>> nodes = new HashMap<>();

  private Map<Digest, Deque<Long>> nodesNext = new HashMap<>();
  private long transaction;

  /// The page with the newest state's outermost bucket.
  private long root;

  private BitSet used = new BitSet();
  private BitSet usedNext = new BitSet();
  private long highWater = 2;

  /// No page below it is free.
  private int lowest = 2;

  BoltFixture(Path file) throws IOException {
    this(file, PAGE_SIZE);
  }

  /// @param pageSize of a real database: that of the machine's memory
  public BoltFixture(Path file, int pageSize) throws IOException {
    this(file, pageSize, false);
  }

  /// One that keeps pages.
  public static BoltFixture keeping(Path file, int pageSize) throws IOException {
    return new BoltFixture(file, pageSize, true);
  }

  private BoltFixture(Path file, int pageSize, boolean keeps) throws IOException {
    this.pageSize = pageSize;
    this.keeps = keeps;
    channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
  }

  /// Reads a database, opened for that alone.
  public static <T> T read(Path file, BoltReader<T> reader) throws IOException {
    return read(file, false, reader);
  }

  /// The same, of one that a reader has followed.
  public static <T> T read(Path file, boolean trusts, BoltReader<T> reader) throws IOException {
    try (var channel = FileChannel.open(file)) {
      return BoltFile.of(file, bytes(channel)).read(trusts, reader);
    }
  }

  static BoltBytes bytes(FileChannel channel) {
    return new BoltBytes() {
      @Override
      public long size() throws IOException {
        return channel.size();
      }

      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
      }
    };
  }

  /// Writes a database with one committed state.
  public static void write(Path file, BoltTree.Bucket tree) throws IOException {
    try (var fixture = new BoltFixture(file)) {
      fixture.commit(tree);
    }
  }

  public void commit(BoltTree.Bucket tree) throws IOException {
    usedNext = new BitSet();
    lowest = 2;
    root = writePages(tree);
    used = usedNext;
    nodes = nodesNext;
    nodesNext = new HashMap<>();
    recommit();
  }

  /// Commits another transaction, which changes nothing.
  public void recommit() throws IOException {
    writeAt(nextMeta(), transaction % 2 * pageSize);
  }

  /// The same through a mapping of the file, whose times do not change for pages that have been
  /// written in it before.
  public void recommitIn(ByteBuffer mapped) {
    ByteBuffer meta = nextMeta();
    mapped.put((int) (transaction % 2 * pageSize), meta, 0, meta.limit());
  }

  private ByteBuffer nextMeta() {
    transaction++;
    ByteBuffer meta = meta(transaction % 2, root, highWater, transaction);
    meta.putInt(24, pageSize);
    seal(meta);
    return meta;
  }

  /// A meta page with a valid checksum.
  static ByteBuffer meta(long page, long root, long highWater, long transaction) {
    ByteBuffer meta = page(page, 4, 0, 0, PAGE_SIZE);
    meta.putInt(16, 0xED0CDAED)
        .putInt(20, 2)
        .putInt(24, PAGE_SIZE)
        .putLong(32, root)
        .putLong(48, -1)
        .putLong(56, highWater)
        .putLong(64, transaction);
    seal(meta);
    return meta;
  }

  /// Makes the checksum of a meta page right again.
  static void seal(ByteBuffer meta) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 16; i < 72; i++) {
      hash = (hash ^ (meta.get(i) & 0xff)) * 0x100000001b3L;
    }
    meta.putLong(72, hash);
  }

  private long writePages(BoltTree.Bucket bucket) throws IOException {
    List<Item> level = new ArrayList<>();
    for (var entry : bucket.items().entrySet()) {
      level.add(
          switch (entry.getValue()) {
            case BoltTree.Value(String bytes) -> new Item(entry.getKey(), 0, bytes, 0);
            case BoltTree.Bucket nested -> new Item(entry.getKey(), 1, nestedValue(nested), 0);
          });
    }
    level = writeLevel(level, 2);
    while (level.size() > 1) {
      level = writeLevel(level, 1);
    }
    return level.getFirst().child;
  }

  /// A bucket's header, and its only leaf after it where that is small.
  private String nestedValue(BoltTree.Bucket bucket) throws IOException {
    List<Item> items = new ArrayList<>();
    for (var entry : bucket.items().entrySet()) {
      if (entry.getValue() instanceof BoltTree.Value(String bytes)) {
        items.add(new Item(entry.getKey(), 0, bytes, 0));
      }
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(8, SEQUENCE);
    if (items.size() < bucket.items().size() || size(items) > pageSize / 4) {
      return text(header.putLong(0, writePages(bucket)));
    }
    return text(header) + text(node(0, 2, items, size(items)));
  }

  private static String text(ByteBuffer bytes) {
    return ISO_8859_1.decode(bytes).toString();
  }

  /// Writes one level of a tree; gives its pages as the items of the level above.
  private List<Item> writeLevel(List<Item> items, int flags) throws IOException {
    var above = new ArrayList<Item>();
    int start = 0;
    for (int end = 1; start < items.size() || above.isEmpty(); end++) {
      boolean last = end >= items.size();
      boolean fits = end - start < 2 || items.size() - end < 2;
      if (last || (!fits && isFull(items.subList(start, end + 1)))) {
        List<Item> part = items.subList(start, Math.min(end, items.size()));
        long page = writeNode(flags, part);
        above.add(new Item(part.isEmpty() ? "" : part.getFirst().key, 0, "", page));
        start = end;
      }
    }
    return above;
  }

  /// Whether all but the last of the items are a node.
  private boolean isFull(List<Item> items) {
    return size(items) > pageSize / 2
        || (keeps && Math.floorMod(items.getLast().key.hashCode(), KEYS_OF_NODE) == 0);
  }

  private long writeNode(int flags, List<Item> items) throws IOException {
    int pages = (size(items) + pageSize - 1) / pageSize;
    ByteBuffer node = node(0, flags, items, pages * pageSize);
    Digest content = Digest.of(text(node.duplicate()).getBytes(ISO_8859_1));
    @Nullable Long kept = keeps ? nodes.getOrDefault(content, new ArrayDeque<>()).poll() : null;
    long page = kept == null ? allocate(pages) : kept;
    nodesNext.computeIfAbsent(content, _ -> new ArrayDeque<>()).add(page);
    if (kept == null) {
      writeAt(node.putLong(0, page), page * pageSize);
    } else {
      usedNext.set((int) page, (int) page + pages);
    }
    return page;
  }

  private long allocate(int pages) {
    while (!isFree(lowest, 1)) {
      lowest++;
    }
    int start = lowest;
    while (!isFree(start, pages)) {
      start++;
    }
    usedNext.set(start, start + pages);
    highWater = Math.max(highWater, start + pages);
    return start;
  }

  private boolean isFree(int start, int pages) {
    return used.get(start, start + pages).isEmpty() && usedNext.get(start, start + pages).isEmpty();
  }

  private static int size(List<Item> items) {
    return HEADER
        + items.stream().mapToInt(item -> 16 + item.key.length() + item.value.length()).sum();
  }

  private ByteBuffer node(long page, int flags, List<Item> items, int bytes) {
    ByteBuffer node = page(page, flags, items.size(), Math.max(0, bytes - 1) / pageSize, bytes);
    int data = HEADER + 16 * items.size();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      int header = HEADER + 16 * i;
      if (flags == 2) {
        node.putInt(header, item.flags).putInt(header + 12, item.value.length());
        node.putInt(header + 4, data - header).putInt(header + 8, item.key.length());
      } else {
        node.putInt(header, data - header).putInt(header + 4, item.key.length());
        node.putLong(header + 8, item.child);
      }
      node.put(data, (item.key + item.value).getBytes(ISO_8859_1));
      data += item.key.length() + item.value.length();
    }
    return node;
  }

  /// A page with its header and nothing else.
  static ByteBuffer page(long id, int flags, int count, int overflow, int bytes) {
    return ByteBuffer.allocate(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, id)
        .putShort(8, (short) flags)
        .putShort(10, (short) count)
        .putInt(12, overflow);
  }

  private void writeAt(ByteBuffer bytes, long position) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes, position + bytes.position());
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

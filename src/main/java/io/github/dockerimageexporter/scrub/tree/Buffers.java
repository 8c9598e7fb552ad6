package io.github.dockerimageexporter.scrub.tree;

import io.github.dockerimageexporter.posix.EntryBuffer;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.posix.StatusBuffer;
import io.github.dockerimageexporter.usage.DirectoryMeasurer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A thread's memory for what it asks of the kernel; it lasts as long as the thread, so that one
/// serves all layers. That for content is taken when some is read.
public final class Buffers {
  /// How much of a file is read at a time.
  public static final int CHUNK = 256 * 1024;

  private static final int PAGE = 4096;

  /// Where to begin and how far to go, 0 for the end; then what is in memory, in pages.
  private static final int CACHE_RANGE = 2 * Long.BYTES;
  private static final int CACHE_ANSWER = 5 * Long.BYTES;

  final Kernel kernel = Kernel.ofThread();
  final StatusBuffer status = new StatusBuffer(kernel);
  final StatusBuffer opened = new StatusBuffer(kernel);
  private final ByteBuffer text = kernel.nativeMemory(PAGE);
  private final long textAddress = Kernel.address(text);
  private final ByteBuffer link = kernel.nativeMemory(PAGE);
  private final ByteBuffer cache = kernel.nativeMemory(CACHE_RANGE + CACHE_ANSWER);
  private @Nullable ByteBuffer content;
  private byte[] chunk = {};
  private final List<EntryBuffer> entries = new ArrayList<>();
  private final PathTable paths;
  private final DirectoryMeasurer measurer = new DirectoryMeasurer(_ -> {});

  /// Those of the calling thread.
  public Buffers() {
    this(new PathTable());
  }

  /// The same, with room for other paths.
  public Buffers(PathTable paths) {
    this.paths = paths;
  }

  private ByteBuffer content() {
    ByteBuffer own = content;
    if (own == null) {
      ByteBuffer memory = kernel.nativeMemory(CHUNK + PAGE);
      own = memory.slice((int) (-Kernel.address(memory) & (PAGE - 1)), CHUNK);
      content = own;
      chunk = new byte[CHUNK];
    }
    return own;
  }

  /// Writes a name or path of one character a byte; 0 if it is too long for the kernel.
  long write(String path) {
    int length = path.length();
    if (length >= PAGE || path.indexOf('\0') >= 0) {
      return 0;
    }
    for (int i = 0; i < length; i++) {
      text.put(i, (byte) path.charAt(i));
    }
    text.put(length, (byte) 0);
    return textAddress;
  }

  /// Reads where a link points to; negative if it cannot be read.
  int readLink(int directory, long name) {
    return kernel.readLink(directory, name, Kernel.address(link), PAGE);
  }

  byte[] linkBytes(int length) {
    var bytes = new byte[length];
    link.get(0, bytes);
    return bytes;
  }

  /// Whether `name`, a link itself, has the attribute; negative if that cannot be told.
  int hasAttribute(int directory, String name, String attribute) {
    long path = write("/proc/self/fd/" + directory + "/" + name);
    byte[] bytes = attribute.getBytes(StandardCharsets.US_ASCII);
    link.put(0, bytes).put(bytes.length, (byte) 0);
    return path == 0 ? 0 : kernel.hasAttribute(path, Kernel.address(link));
  }

  /// How many bytes of an open file are in memory at least, counted in the smallest pages there
  /// are; negative if that cannot be told.
  long cachedBytes(int descriptor) {
    long address = Kernel.address(cache);
    return kernel.cached(descriptor, address, address + CACHE_RANGE) < 0
        ? -1
        : cache.getLong(CACHE_RANGE) * PAGE;
  }

  /// Reads the next bytes of an open file to [#chunk].
  int read(int descriptor, long position) {
    ByteBuffer memory = content();
    int count = kernel.readContentAt(descriptor, Kernel.address(memory), CHUNK, position);
    if (count > 0) {
      memory.get(0, chunk, 0, count);
    }
    return count;
  }

  /// One that says of no path why it cannot be read, only that something cannot.
  public DirectoryMeasurer measurer() {
    return measurer;
  }

  /// For the paths of a layer.
  public PathTable paths() {
    return paths;
  }

  byte[] chunk() {
    return chunk;
  }

  /// One for each directory that is being listed, from the root down.
  EntryBuffer entries(int depth) {
    while (entries.size() <= depth) {
      entries.add(new EntryBuffer(kernel));
    }
    return entries.get(depth);
  }
}

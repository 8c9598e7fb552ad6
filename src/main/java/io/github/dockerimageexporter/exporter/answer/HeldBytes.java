package io.github.dockerimageexporter.exporter.answer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The memory that rendered texts take: one budget for all that the server answers with.
///
/// | a text is held while        | it is let go when                                      |
/// |-----------------------------|--------------------------------------------------------|
/// | it is kept for later clients | a newer one replaces it                               |
/// | clients read it              | the last of them has read it, gone away or is cut off |
///
/// A new text is always made. Where the budget is exceeded by it, readers of replaced texts are cut
/// off, the slowest first, and of equally slow ones those of the oldest text. A client that reads
/// steadily is faster than one that stalls, so it loses its connection only if there is no other.
public final class HeldBytes {
  private static final Logger LOG = LoggerFactory.getLogger(HeldBytes.class);
  private static final int PART_OF_HEAP = 5;

  /// Each has buffers of its own, up to 100 KiB if its text is inflated for it.
  private static final int MOST_READERS = 256;

  /// What every reader counts as having read when it begins, so that none is slow at once.
  private static final long CREDIT_BYTES = 1 << 20;

  private static final long LOG_PAUSE_NANOS = 60_000_000_000L;

  private final long budget;
  private final int mostReaders;
  private final LongSupplier nanoTime;
  private final Set<Reader> readers = new HashSet<>();
  private long bytes;
  private long texts;
  private long cutOff;
  private Optional<Long> logged = Optional.empty();

  /// A budget that suits the heap.
  public static HeldBytes ofHeap() {
    return of(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  /// One of that many bytes.
  public static HeldBytes of(long budget) {
    return new HeldBytes(budget, MOST_READERS, System::nanoTime);
  }

  HeldBytes(long budget, int mostReaders, LongSupplier nanoTime) {
    this.budget = budget;
    this.mostReaders = mostReaders;
    this.nanoTime = nanoTime;
  }

  /// Makes a text, which is kept until it is dropped. Of one that fails nothing is held.
  public <T> T make(Maker<T> maker) throws IOException {
    var text = new ByteChunks(new Share());
    try {
      return maker.make(text);
    } catch (IOException | RuntimeException | Error failure) {
      text.drop();
      throw failure;
    }
  }

  /// Makes a text of parts, which is kept until it is dropped.
  public PartedText join(List<TextPart> parts, ContentEncoding encoding) {
    var all = new ArrayList<TextPart>(parts.size() + 1);
    if (encoding == ContentEncoding.GZIP) {
      all.add(GzipMember.header());
    }
    all.addAll(parts);
    var share = new Share();
    share.join(all);
    return new PartedText(share, all, encoding);
  }

  /// How many bytes are held now.
  public synchronized long bytes() {
    return bytes;
  }

  /// Whether a text takes so much that there is not room for many more.
  public boolean isLarge(PartedText text) {
    return text.size() > budget / 2;
  }

  private void makeRoom() {
    while (bytes > budget) {
      Optional<Reader> slowest = slowest(reader -> !reader.text.kept);
      if (slowest.isEmpty()) {
        return;
      }
      slowest.get().cutOff();
    }
  }

  private Optional<Reader> slowest(Predicate<Reader> candidate) {
    long now = nanoTime.getAsLong();
    return readers.stream()
        .filter(candidate)
        .min(
            Comparator.<Reader>comparingDouble(reader -> reader.bytesPerNano(now))
                .thenComparingLong(reader -> reader.text.number));
  }

  /// Says now and then that clients were cut off: whose scrapes fail is to learn why.
  private void logCutOff() {
    long now = nanoTime.getAsLong();
    cutOff++;
    if (logged.isEmpty() || now - logged.get() > LOG_PAUSE_NANOS) {
      LOG.atWarn()
          .addKeyValue("clients", cutOff)
          .addKeyValue("held_bytes", bytes)
          .log("slow clients cut off");
      logged = Optional.of(now);
      cutOff = 0;
    }
  }

  /// Makes something of a text.
  public interface Maker<T> {
    public T make(ByteChunks text) throws IOException;
  }

  /// What one text takes, and how many hold it.
  final class Share {
    private final long number;
    private List<TextPart> parts = List.of();
    private long taken;
    private int readersOfIt;
    private boolean kept = true;

    private Share() {
      synchronized (HeldBytes.this) {
        number = texts++;
      }
    }

    /// Takes as much more.
    void grow(int more) {
      synchronized (HeldBytes.this) {
        taken += more;
        bytes += more;
        makeRoom();
      }
    }

    /// Takes what `all` take, but for those that other texts hold as well.
    private void join(List<TextPart> all) {
      synchronized (HeldBytes.this) {
        parts = all;
        all.forEach(part -> bytes += part.hold());
        makeRoom();
      }
    }

    /// Keeps it no longer for clients to come.
    void drop() {
      synchronized (HeldBytes.this) {
        boolean held = isHeld();
        kept = false;
        countIfChanged(held);
      }
    }

    /// Runs `body` in this thread as a reader of the text, which may be cut off: its writing to
    /// `out` then fails.
    void read(OutputStream out, HttpAnswer.Body body) throws IOException {
      try (var reader = new Reader(this, out)) {
        body.writeTo(reader);
      }
    }

    private void join(Reader reader) {
      boolean held = isHeld();
      readersOfIt++;
      readers.add(reader);
      countIfChanged(held);
      makeRoom();
      if (readers.size() > mostReaders) {
        slowest(other -> other != reader).ifPresent(Reader::cutOff);
      }
    }

    private void leave(Reader reader) {
      boolean held = isHeld();
      if (readers.remove(reader)) {
        readersOfIt--;
        countIfChanged(held);
      }
    }

    private boolean isHeld() {
      return kept || readersOfIt > 0;
    }

    private void countIfChanged(boolean held) {
      if (held != isHeld()) {
        bytes += held ? -taken : taken;
        parts.forEach(part -> bytes += held ? -part.letGo() : part.hold());
      }
    }
  }

  /// A client's way to its answer, with the count of what it has taken.
  private final class Reader extends OutputStream {
    private final Share text;
    private final OutputStream out;
    private final Thread thread = Thread.currentThread();
    private final long began = nanoTime.getAsLong();
    private volatile long taken;
    private boolean cut;

    Reader(Share text, OutputStream out) {
      this.text = text;
      this.out = out;
      synchronized (HeldBytes.this) {
        text.join(this);
      }
    }

    double bytesPerNano(long now) {
      return (double) (taken + CREDIT_BYTES) / Math.max(1, now - began);
    }

    /// An interrupt closes the connection that the thread is writing to.
    void cutOff() {
      cut = true;
      text.leave(this);
      thread.interrupt();
      logCutOff();
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void write(byte[] text, int offset, int length) throws IOException {
      out.write(text, offset, length);
      taken += length;
    }

    /// Whoever opened the stream below closes it.
    @Override
    @SuppressWarnings("ResultOfMethodCallIgnored")
    public void close() {
      synchronized (HeldBytes.this) {
        text.leave(this);
        if (cut) {
          Thread.interrupted();
        }
      }
    }
  }
}

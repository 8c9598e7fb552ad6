package io.github.dockerimageexporter.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The processor time of a process, by the clock that the kernel keeps of it: a thread that ends
/// does not set it back, as it does the sum over all that live.
///
/// Some threads do not count, up to what they had when last seen.
///
/// Source: Linux, `include/linux/posix-timers_types.h`, of which clock tells a process's time.
final class CpuClock {
  /// They measure directories and read tar-split records.
  private static final List<String> READERS = List.of("usage-", "tar-split", "content");

  /// They answer requests: these, and whoever asks whether a scan is over.
  private static final List<String> SERVERS = List.of("HTTP-Dispatcher", "ForkJoinPool-1");

  /// `int clock_gettime(clockid_t, struct timespec *)`.
  @SuppressWarnings("restricted")
  private static final MethodHandle CLOCK_GETTIME =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  private static final int TIME_OF_THE_SCHEDULER = 2;

  private final long pid;
  private final List<String> leftOut;
  private final Map<Path, Long> others = new HashMap<>();

  private CpuClock(long pid, List<String> leftOut) {
    this.pid = pid;
    this.leftOut = leftOut;
  }

  /// Without the threads that go on after a scan.
  static CpuClock of(long pid) {
    return new CpuClock(pid, READERS);
  }

  /// Without these, and without those that answer.
  static CpuClock ofScans(long pid) {
    return new CpuClock(pid, Stream.concat(READERS.stream(), SERVERS.stream()).toList());
  }

  /// The processor time so far.
  double seconds() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      threads.forEach(this::look);
    }
    long other = others.values().stream().mapToLong(Long::longValue).sum();
    return (nanos() - other) / 1e9;
  }

  private void look(Path thread) {
    try {
      String name = Files.readString(thread.resolve("comm"));
      if (leftOut.stream().anyMatch(name::startsWith)) {
        String figures = Files.readString(thread.resolve("schedstat"));
        others.put(thread, Long.parseLong(figures.split(" ", 2)[0]));
      }
    } catch (IOException e) {
      if (Files.exists(thread)) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private long nanos() throws IOException {
    int clock = ((int) ~pid << 3) | TIME_OF_THE_SCHEDULER;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_LONG, 2);
      if ((int) CLOCK_GETTIME.invokeExact(clock, time) != 0) {
        throw new IOException(pid + ": expected a running process");
      }
      return time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000 + time.getAtIndex(JAVA_LONG, 1);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}

package io.github.dockerimageexporter.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTest {
  private static final int SIZE = 64;
  private static final int BUFFERS = 1000;
  private static final Cleaner CLEANER = Cleaner.create();

  /// An address is a number, of which the collector knows nothing.
  @Test
  @SuppressWarnings("restricted")
  void memoryOutlivesTheBufferThatItsAddressWasTakenFrom() {
    long[] addresses = IntStream.range(0, BUFFERS).mapToLong(i -> written((byte) i)).toArray();

    awaitCollector();

    var expected = new byte[SIZE];
    for (int i = 0; i < BUFFERS; i++) {
      Arrays.fill(expected, (byte) i);
      assertThat(MemorySegment.ofAddress(addresses[i]).reinterpret(SIZE))
          .extracting(memory -> memory.toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(expected);
    }
  }

  @Test
  void contentIsReadInTheIdleClassAndNothingElse(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("content"), "content");
    var number = new CompletableFuture<Long>();
    var stop = new AtomicBoolean();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  Kernel kernel = Kernel.ofThread();
                  kernel.yieldDisks();
                  number.complete(threadNumber());
                  readUntil(stop, kernel, file);
                });

    String thread = String.valueOf(number.get());
    await().until(() -> ioClass(thread).equals("idle"));
    await().until(() -> ioClass(thread).equals("best-effort: prio 7"));
    stop.set(true);
    reader.join();
  }

  private static long threadNumber() {
    try {
      return Long.parseLong(
          Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void readUntil(AtomicBoolean stop, Kernel kernel, Path file) {
    var name = kernel.nativeMemory(4096);
    name.put(0, (file + "\0").getBytes(StandardCharsets.UTF_8));
    int descriptor = kernel.openFile(Kernel.WORKING_DIRECTORY, Kernel.address(name));
    long content = Kernel.address(kernel.nativeMemory(SIZE));
    while (!stop.get()) {
      kernel.readContentAt(descriptor, content, SIZE, 0);
    }
    kernel.close(descriptor);
  }

  private static String ioClass(String thread) throws IOException, InterruptedException {
    return Program.of("ionice", "-p", thread).run().strip();
  }

  private static void awaitCollector() {
    var collected = new CountDownLatch(1);
    CLEANER.register(new Object(), collected::countDown);
    await()
        .until(
            () -> {
              System.gc();
              return collected.await(1, TimeUnit.MILLISECONDS);
            });
  }

  private static long written(byte value) {
    var memory = Kernel.ofThread().nativeMemory(SIZE);
    var bytes = new byte[SIZE];
    Arrays.fill(bytes, value);
    memory.put(0, bytes);
    return Kernel.address(memory);
  }
}

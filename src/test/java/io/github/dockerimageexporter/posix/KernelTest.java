package io.github.dockerimageexporter.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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

package io.github.dockerimageexporter.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Room for three lines of two bytes.
@Timeout(60)
class LineWriterTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Terminal terminal = new Terminal();
  private final LineWriter writer =
      new LineWriter(terminal, 6, lines -> "dropped %d\n".formatted(lines));

  @Test
  void linesAreWrittenInTheirOrder() {
    terminal.permits.release(100);
    var all = new LineWriter(terminal, 1 << 20, Long::toString);
    List<String> lines = IntStream.range(0, 1000).mapToObj(i -> i + "\n").toList();
    terminal.permits.release(1000);

    lines.forEach(all::write);
    all.flush(LONG);

    assertThat(terminal.text()).isEqualTo(String.join("", lines));
  }

  @Test
  void whatFindsNoRoomIsDroppedAndCounted() {
    dropSome();

    assertThat(terminal.text()).isEqualTo("1\n2\n3\n4\ndropped 5\n");
  }

  /// Writes more than there is room for while the terminal hangs.
  private void dropSome() {
    writer.write("1\n");
    await().until(() -> terminal.permits.hasQueuedThreads());
    for (int i = 2; i <= 9; i++) {
      writer.write(i + "\n");
    }
    terminal.permits.release(100);
    writer.flush(LONG);
  }

  @Test
  void linesAreTakenAgainOnceThereIsRoom() {
    dropSome();

    writer.write("a\n");
    writer.flush(LONG);

    assertThat(terminal.text()).endsWith("dropped 5\na\n");
  }

  @Test
  void aStuckStreamIsNotWaitedForForLong() {
    writer.write("1\n");

    writer.flush(Duration.ofMillis(50));

    assertThat(terminal.text()).isEmpty();
  }

  @Test
  void linesThatCannotBeWrittenAreCounted() {
    terminal.failures = 1;
    terminal.permits.release(100);
    writer.write("1\n");
    writer.flush(LONG);
    writer.write("2\n");
    writer.flush(LONG);

    assertThat(terminal.text()).isEqualTo("2\ndropped 1\n");
  }

  /// Takes as many writes as it has permits.
  private static final class Terminal extends OutputStream {
    private final Semaphore permits = new Semaphore(0);
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private volatile int failures;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      permits.acquireUninterruptibly();
      if (failures > 0) {
        failures = 0;
        throw new IOException("no space left on device");
      }
      taken.write(bytes, offset, length);
    }

    String text() {
      return taken.toString(UTF_8);
    }
  }
}

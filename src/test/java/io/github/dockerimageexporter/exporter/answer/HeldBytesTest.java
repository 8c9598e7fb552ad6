package io.github.dockerimageexporter.exporter.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Room for three texts, and for four readers.
class HeldBytesTest {
  private static final int MEGABYTE = 1 << 20;

  private final AtomicLong now = new AtomicLong();
  private final HeldBytes held = new HeldBytes(3 * MEGABYTE, 4, now::get);

  @Test
  void aTextIsHeldUntilItIsReplacedAndRead() throws IOException {
    ByteChunks text = text();
    var client = new Client(text);
    assertThat(held.bytes()).isEqualTo(MEGABYTE);

    text.drop();
    assertThat(held.bytes()).isEqualTo(MEGABYTE);

    client.finish();
    assertThat(held.bytes()).isZero();
  }

  @Test
  void whatIsReadAfterItIsReplacedIsHeld() throws IOException {
    ByteChunks text = text();
    text.drop();
    assertThat(held.bytes()).isZero();

    var client = new Client(text);
    assertThat(held.bytes()).isEqualTo(MEGABYTE);
    client.finish();
  }

  @Test
  void nothingIsHeldOfATextThatFails() {
    assertThatThrownBy(
            () ->
                held.make(
                    text -> {
                      text.write(new byte[MEGABYTE]);
                      throw new IOException("planted");
                    }))
        .hasMessage("planted");

    assertThat(held.bytes()).isZero();
  }

  @Test
  void theSlowestReaderMakesRoomForANewText() throws IOException {
    var steady = new Client(replaced());
    var slow = new Client(replaced());
    var another = new Client(replaced());
    pass(10);
    steady.take(10 * MEGABYTE);
    another.take(5 * MEGABYTE);

    text();

    assertThat(slow.isCutOff()).isTrue();
    assertThat(held.bytes()).isEqualTo(3 * MEGABYTE);
    steady.finish();
    another.finish();
  }

  @Test
  void ofEquallySlowReadersThatOfTheOldestTextMakesRoom() throws IOException {
    ByteChunks older = replaced();
    var ofNewer = new Client(replaced());
    var ofOlder = new Client(older);
    var ofNewest = new Client(replaced());
    pass(10);

    text();

    assertThat(ofOlder.isCutOff()).isTrue();
    ofNewer.finish();
    ofNewest.finish();
  }

  @Test
  void readersOfATextThatIsKeptAreSpared() throws IOException {
    var kept = new Client(text());
    var replaced = new Client(replaced());
    pass(10);
    replaced.take(MEGABYTE);
    text();

    text();

    assertThat(replaced.isCutOff()).isTrue();
    kept.finish();
  }

  @Test
  void aTextIsMadeWhateverIsKept() throws IOException {
    for (int i = 0; i < 5; i++) {
      text();
    }

    assertThat(held.bytes()).isEqualTo(5 * MEGABYTE);
  }

  @Test
  void theSlowestMakesRoomForOneReaderMore() throws IOException {
    ByteChunks text = text();
    var slow = new Client(text);
    pass(10);
    Client[] others = {new Client(text), new Client(text), new Client(text), new Client(text)};

    assertThat(slow.isCutOff()).isTrue();
    for (Client other : others) {
      other.finish();
    }
  }

  @Test
  void aPartOfSeveralTextsIsCountedOnce() throws IOException {
    TextPart shared = part();
    PartedText before = held.join(List.of(shared, part()), ContentEncoding.IDENTITY);
    var client = new Client(before::read);
    PartedText after = held.join(List.of(shared), ContentEncoding.IDENTITY);
    assertThat(held.bytes()).isEqualTo(2 * MEGABYTE);

    before.drop();
    assertThat(held.bytes()).isEqualTo(2 * MEGABYTE);
    client.finish();
    assertThat(held.bytes()).isEqualTo(MEGABYTE);
    after.drop();
    assertThat(held.bytes()).isZero();
  }

  @Test
  void theSlowestReaderMakesRoomForATextOfParts() throws IOException {
    PartedText replaced = held.join(List.of(part(), part()), ContentEncoding.IDENTITY);
    var client = new Client(replaced::read);
    replaced.drop();
    pass(10);

    held.join(List.of(part(), part()), ContentEncoding.IDENTITY);

    assertThat(client.isCutOff()).isTrue();
    assertThat(held.bytes()).isEqualTo(2 * MEGABYTE);
  }

  private static TextPart part() {
    return new TextPart(new byte[MEGABYTE], MEGABYTE, 0);
  }

  private void pass(int seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private ByteChunks text() throws IOException {
    return held.make(
        text -> {
          text.write(new byte[MEGABYTE]);
          return text;
        });
  }

  /// A text that is held for its readers alone.
  private ByteChunks replaced() throws IOException {
    ByteChunks text = text();
    text.drop();
    return text;
  }

  /// Reads a text, as much of it as it is told to.
  private static final class Client {
    private final Semaphore wanted = new Semaphore(0);
    private final AtomicLong taken = new AtomicLong();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile boolean finishing;

    /// A text that can be read.
    private interface Text {
      void read(OutputStream out, HttpAnswer.Body body) throws IOException;
    }

    Client(ByteChunks text) {
      this(text::read);
    }

    Client(Text text) {
      var begun = new CompletableFuture<Void>();
      Thread.ofVirtual().start(() -> read(text, begun));
      begun.join();
    }

    private void read(Text text, CompletableFuture<Void> begun) {
      try {
        text.read(
            OutputStream.nullOutputStream(),
            out -> {
              begun.complete(null);
              while (!finishing) {
                acquire(wanted);
                out.write(new byte[wanted.drainPermits() + 1]);
                taken.addAndGet(1);
              }
            });
        end.complete(null);
      } catch (IOException cutOff) {
        end.completeExceptionally(cutOff);
      }
    }

    private static void acquire(Semaphore permits) throws InterruptedIOException {
      try {
        permits.acquire();
      } catch (InterruptedException cutOff) {
        throw new InterruptedIOException("cut off");
      }
    }

    void take(int bytes) {
      long before = taken.get();
      wanted.release(bytes);
      await().until(() -> taken.get() > before);
    }

    void finish() {
      finishing = true;
      wanted.release();
      end.join();
    }

    boolean isCutOff() {
      await().until(end::isDone);
      return end.isCompletedExceptionally();
    }
  }
}

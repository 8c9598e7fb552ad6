package io.github.dockerimageexporter.scrub.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.scrub.record.UnpackedStream.TooMuchException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.junit.jupiter.api.Test;

class UnpackedStreamTest {
  @Test
  void isReadUpToTheLimit() throws IOException {
    assertThat(record(100, 100).readAllBytes()).hasSize(100);
  }

  @Test
  void isGivenUpBeyondIt() {
    assertThatThrownBy(() -> record(101, 100).readAllBytes())
        .isInstanceOf(TooMuchException.class)
        .hasMessage("unpacks to more than 100 bytes, the limit here");
  }

  @Test
  void endsWithItsThread() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> record(100, 100).readAllBytes())
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static UnpackedStream record(int bytes, long limit) {
    return new UnpackedStream(new ByteArrayInputStream(new byte[bytes]), limit);
  }
}

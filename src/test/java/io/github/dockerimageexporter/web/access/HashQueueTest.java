package io.github.dockerimageexporter.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCrypt;

class HashQueueTest {
  private static final String HASH = BCrypt.hashpw("secret", BCrypt.gensalt(4));

  private final HashQueue queue = new HashQueue();

  @Test
  void itGoesOnAfterThreadsThatWereInterrupted() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      Thread.currentThread().interrupt();
      assertThat(catchThrowable(() -> queue.matches("guess", HASH)))
          .isInstanceOf(InterruptedException.class);
    }

    assertThat(queue.matches("secret", HASH)).contains(true);
  }

  @Test
  void itGoesOnAfterComparisonsThatFailed() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      assertThat(catchThrowable(() -> queue.matches("guess", "$2a$99$"))).isNotNull();
    }

    assertThat(queue.matches("secret", HASH)).contains(true);
  }
}

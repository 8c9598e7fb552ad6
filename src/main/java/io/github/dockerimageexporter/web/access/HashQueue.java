package io.github.dockerimageexporter.web.access;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.security.crypto.bcrypt.BCrypt;

/// Compares passwords with bcrypt hashes, which is slow by design, without taking the CPU.
///
/// One is compared at a time and few may wait. After a password that does not fit the next one
/// waits three times as long as that took, so that guessing takes a quarter of one CPU at most.
public final class HashQueue {
  private static final int MAX_WAITING = 8;
  private static final int PAUSE_FACTOR = 3;

  private final Semaphore running = new Semaphore(1, true);
  private final Semaphore waiting = new Semaphore(MAX_WAITING);

  /// Whether `password` is the one of `hash`; empty if too many wait already.
  Optional<Boolean> matches(String password, String hash) throws InterruptedException {
    if (!waiting.tryAcquire()) {
      return Optional.empty();
    }
    try {
      running.acquire();
      try {
        return Optional.of(compare(password, hash));
      } finally {
        running.release();
      }
    } finally {
      waiting.release();
    }
  }

  private static boolean compare(String password, String hash) throws InterruptedException {
    long start = System.nanoTime();
    boolean matches = BCrypt.checkpw(password, hash);
    if (!matches) {
      Thread.sleep(Duration.ofNanos((System.nanoTime() - start) * PAUSE_FACTOR));
    }
    return matches;
  }
}

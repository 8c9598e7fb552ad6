package io.github.dockerimageexporter.web.access;

import java.util.function.LongSupplier;

/// A limit of requests: each takes a token, of which there are `burst`, one coming back each
/// `interval`.
public final class TokenBucket {
  private final Rate rate;
  private final LongSupplier nanoTime;
  private final long capacityNanos;
  private long fullAt;

  public TokenBucket(Rate rate, LongSupplier nanoTime) {
    this.rate = rate;
    this.nanoTime = nanoTime;
    this.capacityNanos = rate.interval().toNanos() * rate.burst();
    this.fullAt = nanoTime.getAsLong();
  }

  /// Takes a token, if there is one.
  public synchronized boolean tryTake() {
    long now = nanoTime.getAsLong();
    long next = (fullAt - now > 0 ? fullAt : now) + rate.interval().toNanos();
    if (next - now > capacityNanos) {
      return false;
    }
    fullAt = next;
    return true;
  }
}

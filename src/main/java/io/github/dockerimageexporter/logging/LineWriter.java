package io.github.dockerimageexporter.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/// Writes lines in their order, by a thread of its own: a stream that is stuck holds up nobody.
///
/// While more than a bounded number of bytes waits, lines are dropped; once those that wait are
/// written, a line says how many were.
final class LineWriter {
  private final OutputStream out;
  private final int capacityBytes;
  private final LongFunction<String> ofDropped;
  private List<byte[]> waiting = new ArrayList<>();
  private int waitingBytes;
  private long dropped;
  private long failed;
  private boolean started;
  private boolean writing;

  /// @param ofDropped makes the line that tells how many were dropped
  LineWriter(OutputStream out, int capacityBytes, LongFunction<String> ofDropped) {
    this.out = out;
    this.capacityBytes = capacityBytes;
    this.ofDropped = ofDropped;
  }

  /// Never waits. The thread begins with the first line.
  synchronized void write(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (dropped > 0 || waitingBytes + bytes.length > capacityBytes) {
      dropped++;
      return;
    }
    waiting.add(bytes);
    waitingBytes += bytes.length;
    if (!started) {
      started = true;
      Thread.ofPlatform().daemon().name("log").start(this::run);
    }
    notifyAll();
  }

  /// Waits until every line is written, for `limit` at most.
  synchronized void flush(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (writing || !waiting.isEmpty()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Batch batch = take();
        done(write(batch));
      }
    } catch (InterruptedException stopped) {
      // Nobody does; the thread is a daemon.
    }
  }

  /// All that waits, and how many lines were dropped behind it.
  private synchronized Batch take() throws InterruptedException {
    while (waiting.isEmpty()) {
      wait();
    }
    var batch = new Batch(waiting, dropped + failed);
    waiting = new ArrayList<>();
    waitingBytes = 0;
    dropped = 0;
    failed = 0;
    writing = true;
    return batch;
  }

  /// How many lines could not be written.
  private long write(Batch batch) {
    long lost = batch.lines.size() + batch.dropped;
    try {
      for (byte[] line : batch.lines) {
        out.write(line);
        lost--;
      }
      if (lost > 0) {
        out.write(ofDropped.apply(lost).getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
      return 0;
    } catch (IOException | RuntimeException | Error failure) {
      return lost;
    }
  }

  private synchronized void done(long lost) {
    failed = lost;
    writing = false;
    notifyAll();
  }

  private record Batch(List<byte[]> lines, long dropped) {}
}

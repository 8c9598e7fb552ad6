package io.github.dockerimageexporter.engine.machine;

import java.util.concurrent.CompletableFuture;

/// What a test does beside all else, on a thread of its own: a command of an engine that is to be
/// seen at work, or killed at it.
///
/// The JDK's common pool is not for such work. Where the machine has two processors it has one
/// thread, and whoever waits for the end of a process needs it.
public final class SideWork implements AutoCloseable {
  private final CompletableFuture<Void> result = new CompletableFuture<>();
  private final Thread thread;

  private SideWork(Act act) {
    thread = Thread.ofPlatform().daemon().name("side work").start(() -> run(act));
  }

  /// What is done.
  @FunctionalInterface
  public interface Act {
    void run() throws Exception;
  }

  public static SideWork start(Act act) {
    return new SideWork(act);
  }

  /// How it ends, or has ended.
  public CompletableFuture<Void> result() {
    return result;
  }

  /// Ends it, with the [Program] that it runs, unless it is over.
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Act act) {
    try {
      act.run();
      result.complete(null);
    } catch (Throwable failure) {
      result.completeExceptionally(failure);
    }
  }
}

package io.github.dockerimageexporter.cli.process;

import io.github.dockerimageexporter.logging.Logging;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A signal to stop, SIGTERM or SIGINT, held back until everything is closed.
///
/// The JVM ends as soon as its shutdown hooks do. Opened first and so closed last, this lets what
/// was opened after it be closed in between.
public final class StopSignal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  public StopSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::hold, "stop"));
  }

  /// Waits for the signal.
  public void await() throws InterruptedException {
    arrived.await();
    LOG.info("stopping");
  }

  @Override
  public void close() {
    if (arrived.getCount() == 0) {
      LOG.info("stopped");
      Logging.flush();
    }
    closed.countDown();
  }

  private void hold() {
    arrived.countDown();
    try {
      closed.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

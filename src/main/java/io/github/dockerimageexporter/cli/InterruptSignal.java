package io.github.dockerimageexporter.cli;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/// SIGINT (Ctrl-C) while a command works: the first one runs an action, the next one is the JVM's.
final class InterruptSignal implements AutoCloseable {
  private static final Signal SIGNAL = new Signal("INT");

  private final SignalHandler before;

  private InterruptSignal(SignalHandler before) {
    this.before = before;
  }

  static InterruptSignal handle(Runnable action) {
    return new InterruptSignal(
        Signal.handle(
            SIGNAL,
            signal -> {
              Signal.handle(signal, SignalHandler.SIG_DFL);
              action.run();
            }));
  }

  @Override
  public void close() {
    Signal.handle(SIGNAL, before);
  }
}

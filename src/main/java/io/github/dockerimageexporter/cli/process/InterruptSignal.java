package io.github.dockerimageexporter.cli.process;

import java.util.Optional;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// SIGINT (Ctrl-C) while a command works: the first one runs an action, the next one is the JVM's.
public final class InterruptSignal implements AutoCloseable {
  private static final Signal SIGNAL = new Signal("INT");

  private final Optional<SignalHandler> before;

  private InterruptSignal(Optional<SignalHandler> before) {
    this.before = before;
  }

  /// With `-Xrs` signals are left to the system: the first one ends the process.
  public static InterruptSignal handle(Runnable action) {
    try {
      return new InterruptSignal(
          Optional.of(Signal.handle(SIGNAL, signal -> first(signal, action))));
    } catch (IllegalArgumentException leftToTheSystem) {
      return new InterruptSignal(Optional.empty());
    }
  }

  private static void first(Signal signal, Runnable action) {
    Signal.handle(signal, SignalHandler.SIG_DFL);
    action.run();
  }

  @Override
  public void close() {
    before.ifPresent(handler -> Signal.handle(SIGNAL, handler));
  }
}

package io.github.dockerimageexporter.cli.process;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/// SIGHUP, which asks a daemon to read its configuration again.
///
/// Java has no other way to hear of it; a runtime image has to have the module `jdk.unsupported`.
public final class HangupSignal {
  private static final Logger LOG = LoggerFactory.getLogger(HangupSignal.class);

  private HangupSignal() {}

  /// Runs `action` with each SIGHUP, in a thread of the JVM's.
  public static void handle(Runnable action) {
    try {
      Signal.handle(new Signal("HUP"), _ -> action.run());
    } catch (IllegalArgumentException taken) {
      LOG.atWarn().addKeyValue("error", taken.getMessage()).log("SIGHUP does not reload");
    }
  }
}

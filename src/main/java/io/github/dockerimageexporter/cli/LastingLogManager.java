package io.github.dockerimageexporter.cli;

import java.util.logging.LogManager;

/// A log manager that keeps its handlers until the process is gone.
///
/// Java's own drops them as soon as the process is asked to stop, and with them the lines that say
/// how it stops. Public, since Java makes it by its name.
public final class LastingLogManager extends LogManager {
  @Override
  public void reset() {}
}

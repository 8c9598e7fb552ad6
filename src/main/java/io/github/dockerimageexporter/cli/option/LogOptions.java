package io.github.dockerimageexporter.cli.option;

import io.github.dockerimageexporter.logging.Logging;
import picocli.CommandLine.Option;

/// How much to log, and in which form.
public final class LogOptions {
  @Option(
      names = "--log.level",
      defaultValue = "info",
      paramLabel = "LEVEL",
      description = "debug, info, warn or error. Default: ${DEFAULT-VALUE}")
  public Logging.Level level = Logging.Level.info;

  @Option(
      names = "--log.format",
      defaultValue = "logfmt",
      paramLabel = "FORMAT",
      description = "logfmt or json. Default: ${DEFAULT-VALUE}")
  public Logging.Format format = Logging.Format.logfmt;
}

package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.exporter.metrics.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    var build = BuildInfo.read();
    return new String[] {
      "%s, version %s (revision %s, java %s)"
          .formatted(ExporterCommand.NAME, build.version(), build.revision(), build.javaVersion())
    };
  }
}

package io.github.dockerimageexporter;

import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.logging.Logging;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// The entry point.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = ExporterCommand.run(arguments, System.getenv(), out, err);
    Logging.flush();
    System.exit(status);
  }
}

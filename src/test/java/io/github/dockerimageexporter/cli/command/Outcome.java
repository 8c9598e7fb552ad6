package io.github.dockerimageexporter.cli.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/// How a command line ended that was run in this process.
record Outcome(int status, String out, String err) {

  static Outcome run(String... arguments) {
    return run(Map.of(), arguments);
  }

  static Outcome run(Map<String, String> environment, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        ExporterCommand.run(arguments, environment, new PrintWriter(out), new PrintWriter(err));
    return new Outcome(status, out.toString(), err.toString());
  }
}

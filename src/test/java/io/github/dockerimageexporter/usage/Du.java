package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `du` says of a tree.
final class Du {
  private Du() {}

  /// Its figures of `root`, beside the given content.
  static DirectoryUsage like(Path root, long contentBytes)
      throws IOException, InterruptedException {
    return new DirectoryUsage(
        contentBytes, first(root, "-x", "-s", "-B1"), first(root, "-x", "-s", "--inodes"), 0);
  }

  private static long first(Path root, String... options) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("du"));
    command.addAll(List.of(options));
    command.add(root.toString());
    String output = Program.of(command.toArray(String[]::new)).run();
    return Long.parseLong(output.substring(0, output.indexOf('\t')));
  }
}

package io.github.dockerimageexporter.engine.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/// All descriptors that a process of few may have, held until they are closed.
public final class ScarceDescriptors implements AutoCloseable {
  private static final int LIMIT = 128;

  private final Deque<InputStream> held = new ArrayDeque<>();

  private ScarceDescriptors() {}

  /// What `program` prints in a process of its own that may have few descriptors.
  public static String output(Class<?> program, String... arguments) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            "prlimit",
            "--nofile=" + LIMIT,
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName());
    var process =
        new ProcessBuilder(Stream.concat(command.stream(), Stream.of(arguments)).toList())
            .redirectError(Redirect.INHERIT)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  /// Takes all that this process has left.
  public static ScarceDescriptors takeAll() throws IOException {
    var taken = new ScarceDescriptors();
    while (taken.held.size() < LIMIT) {
      try {
        taken.held.push(Files.newInputStream(Path.of("/dev/null")));
      } catch (FileSystemException noneLeft) {
        return taken;
      }
    }
    throw new IOException("more descriptors than " + LIMIT);
  }

  @Override
  public void close() throws IOException {
    for (InputStream each : held) {
      each.close();
    }
  }
}

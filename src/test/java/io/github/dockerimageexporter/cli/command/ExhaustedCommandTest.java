package io.github.dockerimageexporter.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.ScarceDescriptors;
import io.github.dockerimageexporter.posix.ExhaustedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A command that has no descriptor left to read the store with has not read it.
class ExhaustedCommandTest {
  @TempDir private Path dataRoot;

  @Test
  void checkAndInspectSaySoInOneLine() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base", "app");

    String complaint =
        "docker-image-exporter: cannot read %s: too many open files in this process\n"
            .formatted(dataRoot);
    assertThat(ScarceDescriptors.output(Exhausted.class, dataRoot.toString()))
        .isEqualTo("2\n" + complaint + "2\n" + complaint);
  }

  /// Runs both with descriptors, so that all classes are loaded, and without.
  static final class Exhausted {
    public static void main(String[] arguments) throws IOException, ClassNotFoundException {
      String root = "--docker.root=" + arguments[0];
      List<String[]> commands =
          List.of(new String[] {"check", root}, new String[] {"inspect", root, "app:1"});
      commands.forEach(Exhausted::run);
      run(new String[] {"inspect", root, "none"});
      Class<?> _ = Class.forName(ExhaustedException.class.getName());
      var results = new StringBuilder();
      try (var _ = ScarceDescriptors.takeAll()) {
        commands.forEach(command -> results.append(run(command)));
      }
      System.out.print(results);
      System.exit(0);
    }

    private static String run(String[] command) {
      var err = new StringWriter();
      int status =
          ExporterCommand.run(
              command, Map.of(), new PrintWriter(new StringWriter()), new PrintWriter(err, true));
      return status + "\n" + err;
    }
  }
}

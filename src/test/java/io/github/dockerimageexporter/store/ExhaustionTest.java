package io.github.dockerimageexporter.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.posix.ExhaustedException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that has no descriptor left learns nothing of the store, and says so.
class ExhaustionTest {
  private static final int DESCRIPTORS = 128;

  @TempDir private Path dataRoot;

  @Test
  void aPassWithoutDescriptorsFailsAndTheNextOneIsWhole() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base", "app");

    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                "prlimit",
                "--nofile=" + DESCRIPTORS,
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Exhausted.class.getName(),
                dataRoot.toString())
            .redirectError(Redirect.INHERIT)
            .start();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo(
            """
            GRAPHDRIVER
            cannot read %s: too many open files in this process
            GRAPHDRIVER
            """
                .formatted(dataRoot));
  }

  /// Reads a store in a process of its own, with descriptors, without, and with them again.
  static final class Exhausted {
    public static void main(String[] arguments) throws IOException {
      var reader = new StoreReader(Path.of(arguments[0]));
      System.out.println(reader.read(Trust.NOTHING).state());
      List<InputStream> files = openAll();
      String outcome;
      try {
        outcome = reader.read(Trust.NOTHING).toString();
      } catch (ExhaustedException exhausted) {
        outcome = String.valueOf(exhausted.getMessage());
      }
      for (InputStream file : files) {
        file.close();
      }
      System.out.println(outcome);
      System.out.println(reader.read(Trust.NOTHING).state());
    }

    private static List<InputStream> openAll() throws IOException {
      var files = new ArrayList<InputStream>();
      while (files.size() < DESCRIPTORS) {
        try {
          files.add(Files.newInputStream(Path.of("/dev/null")));
        } catch (FileSystemException noneLeft) {
          return files;
        }
      }
      throw new IOException("more descriptors than " + DESCRIPTORS);
    }
  }
}

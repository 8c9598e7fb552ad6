package io.github.dockerimageexporter.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trees deeper than a path is long, measured with few descriptors.
class DeepTreeTest {
  private static final Optional<String> DIFF = Optional.of("diff");

  @TempDir private Path parent;
  private Path root;
  private final DirectoryMeasurer measurer =
      new DirectoryMeasurer(
          failure -> {
            throw new AssertionError(failure);
          });

  @BeforeEach
  void makeLayer() throws IOException {
    root = parent.resolve("layer");
    Files.createDirectories(root.resolve("diff/etc"));
    Files.createDirectories(root.resolve("work"));
    Files.writeString(root.resolve("link"), "A".repeat(26));
    Files.write(root.resolve("diff/etc/passwd"), new byte[5000]);
  }

  @Test
  void reachesTheBottomOfADeepTree() throws Exception {
    makeDeep(10);
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000 + 10));
  }

  /// So that the directories that were closed on the way down are read on after the way back.
  @Test
  void readsOnInEachDirectoryOfADeepTree() throws Exception {
    makeDeep(2);
    var oneByOne =
        new DirectoryMeasurer(
            failure -> {
              throw new AssertionError(failure);
            },
            0);
    assertThat(oneByOne.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000 + 2));
  }

  @Test
  void needsFewDescriptorsInADeepTree() throws Exception {
    makeDeep(10);
    var pid = String.valueOf(ProcessHandle.current().pid());
    var limit =
        output("prlimit", "--noheadings", "--output=SOFT", "--nofile", "--pid", pid).strip();
    run("prlimit", "--pid", pid, "--nofile=" + (openDescriptors() + 100) + ":");
    try {
      assertThat(measurer.measure(Targets.at(root), DIFF).unreadable()).isZero();
    } finally {
      run("prlimit", "--pid", pid, "--nofile=" + limit + ":");
    }
  }

  @Test
  void leavesNoDescriptorOpen() throws Exception {
    makeDeep(1);
    long before = openDescriptors();
    measurer.measure(Targets.at(root), DIFF);
    assertThat(openDescriptors()).isEqualTo(before);
  }

  /// Makes `hundreds` times 100 directories, one in the other, beyond what one path can name.
  private void makeDeep(int hundreds) throws Exception {
    run(
        "sh",
        "-c",
        """
        cd -P "$1" && for i in $(seq "$2"); do
          mkdir -p "$3" a z && printf x > file && cd -P "$3" || exit 1
        done
        """,
        "-",
        root + "/diff",
        String.valueOf(hundreds),
        "deep/".repeat(100));
  }

  /// Deletes what `java.nio.file` takes minutes to delete.
  @AfterEach
  void deleteDeepTree() throws Exception {
    run("rm", "-rf", root + "/diff/deep");
  }

  private static String output(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  private static long openDescriptors() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}

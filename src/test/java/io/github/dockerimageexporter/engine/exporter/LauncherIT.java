package io.github.dockerimageexporter.engine.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Program.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The packaged launcher under a real JVM.
class LauncherIT {
  @TempDir private Path directory;

  @Test
  void everyOptionIsTakenWithoutAWarning() throws IOException, InterruptedException {
    String complaints =
        Program.of(
                "sh",
                "-c",
                "cd / && JAVA_HOME=\"$1\" \"$0\" --version 2>&1 >/dev/null",
                ExporterProcess.launcher().toString(),
                directory.toString())
            .run();

    assertThat(complaints).isEmpty();
  }

  @Test
  void aotCacheOfTheBuildIsUsable() throws IOException, InterruptedException {
    String version =
        Program.of(
                "env",
                "DOCKER_IMAGE_EXPORTER_JAVA_OPTS=-XX:AOTMode=on",
                "JAVA_HOME=" + System.getProperty("java.home"),
                ExporterProcess.launcher().toString(),
                "--version")
            .run();

    assertThat(version).contains("docker-image-exporter");
  }

  @Test
  void aotCacheThatDoesNotFitIsPassedOverInSilence() throws IOException, InterruptedException {
    String output =
        Program.of(
                "sh",
                "-c",
                "cp -r \"$0\" \"$1\" && exec \"$1/bin/docker-image-exporter\" --version 2>&1",
                ExporterProcess.launcher().resolve("../..").normalize().toString(),
                directory.resolve("copy").toString())
            .run();

    assertThat(output.lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"serve, 1", "demo, 1", "check, 2", "inspect app, 1"})
  void whatReadsAStoreEndsWithOneLineOnAnUnknownProcessor(String command, int status)
      throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of(ExporterProcess.launcher().toString()));
    words.addAll(List.of(command.split(" ")));
    var environment = Map.of("DOCKER_IMAGE_EXPORTER_JAVA_OPTS", "-Dos.arch=riscv64");

    assertThat(new Program(environment, words).outcome())
        .isEqualTo(
            new Outcome(
                status,
                "",
                "docker-image-exporter: Linux on riscv64 is not supported, only Linux on x86_64"
                    + " and aarch64"));
  }
}

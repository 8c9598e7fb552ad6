package io.github.dockerimageexporter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}

package io.github.dockerimageexporter.release;

import io.github.dockerimageexporter.engine.debian.DebianRoot;
import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The release for arm64, built on another processor: linked from the modules of Debian's JDK,
/// which needs a newer C library than what is released, and without an AOT cache.
final class Arm64Release {
  /// With Java's modules, and with all that the exporter takes from a system.
  static final DebianRoot DEBIAN =
      new DebianRoot("trixie", Optional.of("arm64"), List.of("openjdk-25-jdk-headless"));

  private static final Path DIRECTORY = ReleaseFiles.TARGET.resolve("arm64");
  private static final Path OTHER_PROCESSOR =
      ReleaseFiles.TARGET.resolve("docker-image-exporter.jar");

  private Arm64Release() {}

  /// Where its files are. They are built if those of this machine are newer.
  static Path build() throws IOException, InterruptedException {
    Path debian = DEBIAN.directory();
    Files.createDirectories(DIRECTORY);
    try (var file =
            FileChannel.open(
                DIRECTORY.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = file.lock()) {
      if (!isUpToDate()) {
        new Program(
                Map.of("QEMU_LD_PREFIX", debian.toString()),
                List.of(
                    "bin/package",
                    "-Parm64",
                    "-Dchecks.phase=none",
                    "-Drelease.without.aot.cache=true",
                    "-Dglibc=2.38",
                    "-Druntime.modules="
                        + debian.resolve("usr/lib/jvm/java-25-openjdk-arm64/jmods"),
                    "-Doutput.directory=" + DIRECTORY))
            .run();
      }
    }
    return DIRECTORY;
  }

  private static boolean isUpToDate() throws IOException {
    Path made = DIRECTORY.resolve("SHA256SUMS");
    return Files.exists(made)
        && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(OTHER_PROCESSOR))
            > 0;
  }
}

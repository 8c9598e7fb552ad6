package io.github.dockerimageexporter.release.trial;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.release.ProjectVersion;
import io.github.dockerimageexporter.release.ReleaseFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/// What users of 0.1.0 have: its files in `src/test/resources`, and packages that bring them, with
/// today's program; or its real packages, in the directory that `-Dfirst.release` names.
final class FirstRelease {
  static final String VERSION = "0.1.0";

  private static final Path FILES = Path.of("src/test/resources/release-" + VERSION);

  /// Where its real packages are.
  private static final Optional<Path> REAL =
      Optional.ofNullable(System.getProperty("first.release")).map(Path::of);

  private FirstRelease() {}

  static Path file(String name) {
    return FILES.resolve(name);
  }

  static String text(String name) throws IOException {
    return Files.readString(file(name));
  }

  /// A Debian package with its version, unit and settings.
  static Path debianPackage(Path directory) throws IOException, InterruptedException {
    return REAL.isPresent() ? ReleaseFiles.debianPackage(REAL.get()) : madeDebianPackage(directory);
  }

  /// An archive with its name, unit and settings.
  static Path archive(Path directory) throws IOException, InterruptedException {
    return REAL.isPresent() ? ReleaseFiles.archive(REAL.get()) : madeArchive(directory);
  }

  private static Path madeDebianPackage(Path directory) throws IOException, InterruptedException {
    Path content = directory.resolve("deb");
    Program.of("dpkg-deb", "-R", ReleaseFiles.debianPackage().toString(), content.toString()).run();
    Path control = content.resolve("DEBIAN/control");
    Files.writeString(
        control,
        Files.readString(control).replaceFirst("(?m)^Version: .*$", "Version: " + VERSION));
    copy("docker-image-exporter.default", content.resolve("etc/default/docker-image-exporter"));
    copy(
        "docker-image-exporter.service",
        content.resolve("usr/lib/systemd/system/docker-image-exporter.service"));
    Path file = directory.resolve(named(ReleaseFiles.debianPackage()));
    Program.of(
            "dpkg-deb",
            "--root-owner-group",
            "-Zgzip",
            "-z1",
            "--build",
            content.toString(),
            file.toString())
        .run();
    return file;
  }

  private static Path madeArchive(Path directory) throws IOException, InterruptedException {
    String file = named(ReleaseFiles.archive());
    String name = file.replace(".tar.gz", "");
    Path content = Files.createDirectories(directory.resolve(name));
    Program.of(
            "tar",
            "--extract",
            "--file=" + ReleaseFiles.archive(),
            "--directory=" + content,
            "--strip-components=1")
        .run();
    for (String deployed :
        List.of("docker-image-exporter.default", "docker-image-exporter.service")) {
      copy(deployed, content.resolve("deploy/systemd").resolve(deployed));
    }
    Path archive = directory.resolve(file);
    Program.of("tar", "--create", "--gzip", "--file=" + archive, "--directory=" + directory, name)
        .run();
    return archive;
  }

  /// The name of one of today's files, with its version.
  private static String named(Path today) throws IOException {
    return String.valueOf(today.getFileName()).replace(ProjectVersion.name(), VERSION);
  }

  private static void copy(String name, Path target) throws IOException {
    Files.copy(file(name), target, StandardCopyOption.REPLACE_EXISTING);
  }
}

package io.github.dockerimageexporter.demo;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;

/// The ways in which dockerd puts files in place, so that a reader beside it sees all or nothing.
///
/// Unlike dockerd, nothing is flushed to the disk: a sample need not survive a power cut.
///
/// Source: moby, `pkg/ioutils/fswriters.go`.
final class StoreFiles {
  static final String PRIVATE_DIRECTORY = "rwx------";
  static final String DRIVER_DIRECTORY = "rwx--x---";
  static final String PUBLIC_DIRECTORY = "rwxr-xr-x";
  static final String PRIVATE_FILE = "rw-------";
  static final String PUBLIC_FILE = "rw-r--r--";

  private StoreFiles() {}

  /// Makes `directory` and what is missing above it.
  static void makeDirectories(Path directory, String permissions) {
    if (Files.isDirectory(directory)) {
      return;
    }
    try {
      var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
      Files.createDirectories(directory, mode);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A new directory `<prefix><digits>` in `parent`.
  static Path makeTemporaryDirectory(Path parent, String prefix) {
    try {
      return Files.createTempDirectory(parent, prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void create(Path file, String content, String permissions) {
    create(file, content.getBytes(StandardCharsets.UTF_8), permissions);
  }

  static void create(Path file, byte[] content, String permissions) {
    try {
      Files.write(file, content, CREATE_NEW);
      setPermissions(file, permissions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Puts `content` in place in one step, whether `file` is there or not.
  static void replace(Path file, String content, String permissions) {
    replace(file, content.getBytes(StandardCharsets.UTF_8), permissions);
  }

  static void replace(Path file, byte[] content, String permissions) {
    try {
      Path temporary = Files.createTempFile(directoryOf(file), ".tmp-" + file.getFileName(), "");
      Files.write(temporary, content);
      setPermissions(temporary, permissions);
      Files.move(temporary, file, ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void link(Path link, Path target) {
    try {
      Files.createSymbolicLink(link, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void rename(Path from, Path to) {
    try {
      Files.move(from, to, ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Deletes `path` and everything in it, if it is there.
  static void delete(Path path) {
    if (!Files.exists(path, NOFOLLOW_LINKS)) {
      return;
    }
    try (var tree = Files.walk(path)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void setPermissions(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static Path directoryOf(Path file) {
    return file.resolveSibling("");
  }
}

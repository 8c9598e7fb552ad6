package io.github.dockerimageexporter;

import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/// What may become of one file of a layer. The file may be linked to another root's, so that it is
/// never written into.
///
/// @param expected what tells of it
record FileDamage(String name, Fault expected, Act act) {
  static final List<FileDamage> ALL =
      List.of(
          new FileDamage("one byte flipped", Fault.FILE_CHECKSUM, FileDamage::flip),
          new FileDamage("emptied", Fault.FILE_SIZE, file -> rewrite(file, new byte[0])),
          new FileDamage("cut", Fault.FILE_SIZE, file -> resize(file, -4096)),
          new FileDamage("grown", Fault.FILE_SIZE, file -> resize(file, 1)),
          new FileDamage("deleted", Fault.FILE_MISSING, Files::delete),
          new FileDamage("replaced by a link", Fault.FILE_METADATA, FileDamage::link),
          new FileDamage("replaced by a directory", Fault.FILE_METADATA, FileDamage::enclose),
          new FileDamage("mode changed", Fault.FILE_METADATA, file -> copy(file, "rwx------")));

  /// Changes one file.
  @FunctionalInterface
  interface Act {
    void on(Path file) throws IOException;
  }

  @Override
  public String toString() {
    return name;
  }

  static void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    rewrite(file, content);
  }

  private static void resize(Path file, int more) throws IOException {
    byte[] content = Files.readAllBytes(file);
    rewrite(file, Arrays.copyOf(content, content.length + more));
  }

  private static void rewrite(Path file, byte[] content) throws IOException {
    Path replaced = file.resolveSibling("replaced");
    Files.move(file, replaced);
    Files.write(file, content);
    giveOwnerAndMode(replaced, file);
    Files.delete(replaced);
  }

  static void giveOwnerAndMode(Path from, Path to) throws IOException {
    for (String attribute : List.of("unix:uid", "unix:gid", "unix:mode")) {
      Files.setAttribute(to, attribute, Files.getAttribute(from, attribute));
    }
  }

  private static void copy(Path file, String permissions) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static void link(Path file) throws IOException {
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/etc/passwd"));
  }

  private static void enclose(Path file) throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
    Files.writeString(file.resolve("inside"), "content");
  }
}

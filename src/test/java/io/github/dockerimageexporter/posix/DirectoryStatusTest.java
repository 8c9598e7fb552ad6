package io.github.dockerimageexporter.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a status says of files, and by what it says that they changed.
class DirectoryStatusTest {
  @TempDir private Path root;
  private Directory directory;

  @BeforeEach
  void open() throws IOException {
    directory = Directory.open(root);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void tellsWhatJavaTells() throws IOException {
    var file = root.resolve("file");
    Files.write(file, new byte[5000]);
    Files.createLink(root.resolve("other"), file);
    var status = directory.find("file").orElseThrow();
    assertThat(status)
        .isEqualTo(
            new FileStatus(
                FileKind.REGULAR,
                status.device(),
                (long) Files.getAttribute(file, "unix:ino"),
                2,
                5000,
                8192,
                nanos(Files.getLastModifiedTime(file)),
                nanos((FileTime) Files.getAttribute(file, "unix:ctime"))));
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  /// As dockerd's data root is with `userns-remap`.
  @Test
  @Requires(Requirement.ROOT)
  void belongsToRootWithWhateverGroup() throws IOException {
    Files.setAttribute(root, "unix:gid", 165_536);
    assertThat(directory.isOwnedByRoot()).isTrue();

    Files.setAttribute(root, "unix:uid", 1000);
    assertThat(directory.isOwnedByRoot()).isFalse();
  }

  @Test
  void allocationIsNotTheSizeOfASparseFile() throws IOException {
    try (var file = new RandomAccessFile(root.resolve("sparse").toFile(), "rw")) {
      file.setLength(1 << 20);
    }
    var status = directory.find("sparse").orElseThrow();
    assertThat(status.sizeBytes()).isEqualTo(1 << 20);
    assertThat(status.allocatedBytes()).isZero();
  }

  @Test
  void anEntryAndTheDirectoryItselfHaveOneStatus() throws IOException {
    Files.createDirectory(root.resolve("diff"));
    try (var diff = directory.openDirectory("diff")) {
      assertThat(directory.find("diff")).hasValue(diff.status());
    }
  }

  @Test
  void anEditInPlaceChangesTheStamp() throws IOException {
    var file = root.resolve("diff");
    Files.writeString(file, "sha256:0");
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    long before = directory.find("diff").orElseThrow().fingerprint();
    assertThat(directory.find("diff").orElseThrow().fingerprint()).isEqualTo(before);
    Files.writeString(file, "sha256:1");
    assertThat(directory.find("diff").orElseThrow().fingerprint()).isNotEqualTo(before);
  }

  @Test
  void everyPartOfIdentityAndStateChangesTheStamp() {
    var status = new FileStatus(FileKind.REGULAR, 1, 2, 1, 3, 8, 4, 5);
    assertThat(
            List.of(
                status.fingerprint(),
                new FileStatus(FileKind.REGULAR, 9, 2, 1, 3, 8, 4, 5).fingerprint(),
                new FileStatus(FileKind.REGULAR, 1, 9, 1, 3, 8, 4, 5).fingerprint(),
                new FileStatus(FileKind.REGULAR, 1, 2, 1, 9, 8, 4, 5).fingerprint(),
                new FileStatus(FileKind.REGULAR, 1, 2, 1, 3, 8, 9, 5).fingerprint(),
                new FileStatus(FileKind.REGULAR, 1, 2, 1, 3, 8, 4, 9).fingerprint()))
        .doesNotHaveDuplicates();
  }
}

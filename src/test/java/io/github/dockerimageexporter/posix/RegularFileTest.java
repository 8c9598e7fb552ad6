package io.github.dockerimageexporter.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/// On a disk: ext4 gives the inode of a file that is gone to the next one, tmpfs does not.
class RegularFileTest {
  private static final String NAME = "file";

  @TempDir(factory = TempDirFactory.Standard.class)
  private Path directory;

  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve(NAME), "one");
  }

  @Test
  void whatIsWrittenToAFileMakesItNoOther() throws IOException {
    long before = identity();

    Files.writeString(file, "two and more", StandardOpenOption.APPEND);

    assertThat(identity()).isEqualTo(before);
  }

  @Test
  void aFileInThePlaceOfOneThatIsGoneIsAnother() throws IOException {
    long before = identity();
    awaitTick();
    Files.delete(file);

    Files.writeString(file, "one");

    assertThat(identity()).isNotEqualTo(before);
  }

  /// The clock of the file system goes on in steps of some milliseconds.
  private void awaitTick() throws IOException {
    var written = Files.getLastModifiedTime(file);
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              Path other = directory.resolve(UUID.randomUUID().toString());
              boolean later =
                  Files.getLastModifiedTime(Files.createFile(other)).compareTo(written) > 0;
              Files.delete(other);
              return later;
            });
  }

  private long identity() throws IOException {
    try (var opened = RootDirectory.open(directory);
        var found = opened.openFile(NAME)) {
      return found.identity();
    }
  }
}

package io.github.dockerimageexporter.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStampTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void placeTheFile() {
    file = directory.resolve("web.yml");
  }

  @Test
  void aChangeThatLeavesTheTimesAsTheyWereIsSeen() throws IOException {
    Files.writeString(file, "one");
    var before = FileStamp.of(file);
    Files.writeString(file, "two");
    var now = FileStamp.of(file);
    var sameTick = new FileStamp(now.attributes(), before.checksum());

    assertThat(sameTick.hasChanged(file, now)).isTrue();
  }

  @Test
  void aFileThatStaysIsTheSameAtOnceAndLater() throws IOException {
    Files.writeString(file, "one");
    var stamp = FileStamp.of(file);

    assertThat(stamp.hasChanged(file, FileStamp.of(file))).isFalse();
    assertThat(stamp.checksum()).isPresent();
  }

  @Test
  void anotherTimeIsAChange() throws IOException {
    Files.writeString(file, "one");
    var stamp = FileStamp.of(file);
    Files.setLastModifiedTime(file, LONG_AGO);

    assertThat(stamp.hasChanged(file, FileStamp.of(file))).isTrue();
  }

  @Test
  void comingAndGoingAreChanges() throws IOException {
    var absent = FileStamp.of(file);
    Files.writeString(file, "one");
    var present = FileStamp.of(file);

    assertThat(absent.hasChanged(file, present)).isTrue();
    assertThat(present.hasChanged(file, absent)).isTrue();
    assertThat(absent.hasChanged(file, absent)).isFalse();
  }
}

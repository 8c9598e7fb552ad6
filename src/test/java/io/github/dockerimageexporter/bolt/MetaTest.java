package io.github.dockerimageexporter.bolt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetaTest {
  private static final Meta OLDER = new Meta(BoltFixture.PAGE_SIZE, 7, 11, 4);
  private static final Meta NEWER = new Meta(BoltFixture.PAGE_SIZE, 5, 12, 5);

  @TempDir Path directory;
  private FileChannel channel;
  private FileBytes file;

  @BeforeEach
  void open() throws IOException {
    Path path = directory.resolve("test.db");
    channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    file = new FileBytes(path, BoltFixture.bytes(channel));
  }

  @AfterEach
  void close() throws IOException {
    channel.close();
  }

  @Test
  void newerStateCountsOnEitherPage() throws IOException {
    write(page(0, OLDER), page(1, NEWER));
    assertThat(Meta.latest(file)).isEqualTo(NEWER);

    write(page(0, NEWER), page(1, OLDER));
    assertThat(Meta.latest(file)).isEqualTo(NEWER);
  }

  @Test
  void stateWithAWrongChecksumDoesNotCount() throws IOException {
    write(page(0, OLDER), page(1, NEWER).putLong(72, 0));
    assertThat(Meta.latest(file)).isEqualTo(OLDER);

    write(page(0, NEWER).putLong(72, 0), page(1, OLDER));
    assertThat(Meta.latest(file)).isEqualTo(OLDER);
  }

  @Test
  void bothChecksumsWrongMayBeRightAtTheNextRead() throws IOException {
    write(page(0, OLDER).putLong(72, 0), page(1, NEWER).putLong(72, 0));

    assertThatThrownBy(() -> Meta.latest(file))
        .isInstanceOf(TornReadException.class)
        .hasMessage("neither meta page has a valid checksum");
  }

  @Test
  void emptyFile() {
    assertFormat("found 0 bytes, expected two meta pages");
  }

  @Test
  void otherKindOfFile() throws IOException {
    write(ByteBuffer.allocate(4096));

    assertFormat("found magic 0x0, expected 0xed0cdaed");
  }

  @Test
  void otherVersion() throws IOException {
    writeBoth(20, 3);

    assertFormat("found version 3, expected version 2");
  }

  @Test
  void otherByteOrder() throws IOException {
    writeBoth(16, 0xEDDA0CED);

    assertFormat("found big-endian numbers, expected little-endian");
  }

  @Test
  void pageSizeThatIsNoPowerOfTwo() throws IOException {
    writeBoth(24, 1000);

    assertFormat("found page size 1000, expected a power of two from 1024 to 16777216");
  }

  private void assertFormat(String message) {
    assertThatThrownBy(() -> Meta.latest(file))
        .isInstanceOf(BoltFormatException.class)
        .hasMessage(file.path() + ": " + message);
  }

  private static ByteBuffer page(int number, Meta meta) {
    return BoltFixture.meta(number, meta.rootPage(), meta.highWater(), meta.transaction());
  }

  private void writeBoth(int offset, int value) throws IOException {
    ByteBuffer older = page(0, OLDER).putInt(offset, value);
    ByteBuffer newer = page(1, NEWER).putInt(offset, value);
    BoltFixture.seal(older);
    BoltFixture.seal(newer);
    write(older, newer);
  }

  private void write(ByteBuffer... pages) throws IOException {
    long position = 0;
    for (ByteBuffer page : pages) {
      position += channel.write(page, position);
    }
  }
}

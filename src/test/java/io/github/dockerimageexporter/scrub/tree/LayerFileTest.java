package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.StorePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On a disk: what is in memory anyway cannot be read past it.
class LayerFileTest {
  private static final String NAME = "file";

  @TempDir(factory = TempDirFactory.Standard.class)
  Path layer;

  private final Buffers buffers = new Buffers();
  private final byte[] content = new byte[5 * Buffers.CHUNK + 1000];

  @BeforeEach
  void writeAFile() throws IOException {
    new Random(1).nextBytes(content);
    try (var file =
        FileChannel.open(
            layer.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(content));
      file.force(true);
    }
    assumeTrue(cached() >= content.length, "the kernel does not tell what is in memory");
  }

  @Test
  void whatWasNotInMemoryIsNotThereAfterwards() throws IOException {
    letGo();
    assumeTrue(cached() == 0, "the file system keeps its files in memory");

    assertThat(read(false)).isEqualTo(content);

    assertThat(cached()).isZero();
  }

  @Test
  void whatWasInMemoryStaysThere() throws IOException {
    assertThat(read(false)).isEqualTo(content);

    assertThat(cached()).isGreaterThanOrEqualTo(content.length);
  }

  @Test
  void whatIsInMemoryStaysThereWhenTheDiskIsRead() throws IOException {
    assertThat(read(true)).isEqualTo(content);

    assertThat(cached()).isGreaterThanOrEqualTo(content.length);
  }

  @Test
  void aPartThatIsInMemoryStaysAloneThere() throws IOException {
    letGo();
    assumeTrue(cached() == 0, "the file system keeps its files in memory");
    Files.newInputStream(layer.resolve(NAME)).read();
    long part = cached();

    assertThat(read(false)).isEqualTo(content);

    assertThat(part).isPositive().isLessThan(content.length);
    assertThat(cached()).isEqualTo(part);
  }

  /// Between its status and its opening, as somebody may who writes to the layer.
  @ParameterizedTest
  @ValueSource(strings = {"ln -s /etc/passwd", "mkfifo", "mkdir"})
  @Timeout(10)
  void whatTakesItsPlaceIsNotRead(String command) throws IOException, InterruptedException {
    try (LayerTree tree = open()) {
      Files.delete(layer.resolve(NAME));
      Program.of("sh", "-c", command + " \"$0\"", layer.resolve(NAME).toString()).run();

      assertThatThrownBy(() -> tree.openFile(NAME, false))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining(NAME);
    }
  }

  private byte[] read(boolean onDisk) throws IOException {
    var read = new ByteArrayOutputStream();
    try (LayerTree tree = open();
        LayerFile file = tree.openFile(NAME, onDisk)) {
      file.read(content.length, (bytes, length) -> read.write(bytes, 0, length));
    }
    return read.toByteArray();
  }

  private void letGo() throws IOException {
    try (LayerTree tree = open();
        LayerFile file = tree.openFile(NAME, true)) {
      buffers.kernel.giveBack(file.descriptor());
    }
  }

  private long cached() throws IOException {
    try (LayerTree tree = open();
        LayerFile file = tree.openFile(NAME, true)) {
      return buffers.cachedBytes(file.descriptor());
    }
  }

  private LayerTree open() throws IOException {
    LayerTree tree = LayerTree.open(new StorePath(layer.getRoot(), layer, 1), buffers);
    assertThat(tree.find(NAME)).isEqualTo(LayerTree.Found.PRESENT);
    return tree;
  }
}

package io.github.dockerimageexporter.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDescriptorTest {
  private static final int NOT_OPEN = 1_000_000;

  @TempDir private Path directory;
  private Path pipe;

  @BeforeEach
  void makePipe() throws IOException, InterruptedException {
    pipe = directory.resolve("pipe");
    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
  }

  @Test
  void whatIsNotOpenIsNoTerminal() {
    assertThat(OutputDescriptor.terminalColumns(NOT_OPEN)).isEmpty();
  }

  @Test
  void aPipeIsClosedOnceItsLastReaderHasGone() throws IOException {
    var reader = new RandomAccessFile(pipe.toFile(), "rw");
    try (OutputStream _ = Files.newOutputStream(pipe)) {
      reader.close();

      assertThat(OutputDescriptor.isClosedPipe(descriptorOf(pipe))).isTrue();
    }
  }

  @Test
  void aPipeWithAReaderIsNotClosed() throws IOException {
    try (var _ = new RandomAccessFile(pipe.toFile(), "rw")) {
      assertThat(OutputDescriptor.isClosedPipe(descriptorOf(pipe))).isFalse();
    }
  }

  @Test
  void aRegularFileIsNoClosedPipe() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    try (OutputStream _ = Files.newOutputStream(file)) {
      assertThat(OutputDescriptor.isClosedPipe(descriptorOf(file))).isFalse();
    }
  }

  @Test
  void whatIsNotOpenIsNoClosedPipe() {
    assertThat(OutputDescriptor.isClosedPipe(NOT_OPEN)).isFalse();
  }

  private static int descriptorOf(Path file) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(link -> leadsTo(link, file))
          .mapToInt(link -> Integer.parseInt(link.getFileName().toString()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}

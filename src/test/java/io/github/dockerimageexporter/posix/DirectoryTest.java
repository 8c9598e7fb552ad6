package io.github.dockerimageexporter.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryTest {
  private static final int LIMIT = 4096;

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
  void readsTheWholeContent() throws IOException {
    Files.writeString(root.resolve("cache-id"), "0123456789");
    assertThat(directory.read("cache-id", LIMIT)).asString(UTF_8).isEqualTo("0123456789");
  }

  @Test
  void readsAnEmptyFile() throws IOException {
    Files.createFile(root.resolve("committed"));
    assertThat(directory.read("committed", LIMIT)).isEmpty();
  }

  @Test
  void readsAFileLargerThanTheBuffer() throws IOException {
    byte[] content = new byte[100_000];
    IntStream.range(0, content.length).forEach(i -> content[i] = (byte) (i * 31));
    Files.write(root.resolve("config"), content);
    assertThat(directory.read("config", 100_000)).isEqualTo(content);
  }

  @Test
  void readsFilesThatTellNoLength() throws IOException {
    try (var proc = Directory.open(Path.of("/proc/self"))) {
      assertThat(proc.read("stat", LIMIT)).asString(UTF_8).startsWith(pid() + " (");
    }
  }

  @Test
  void limitsFilesThatTellNoLength() throws IOException {
    try (var proc = Directory.open(Path.of("/proc/self"))) {
      assertThatThrownBy(() -> proc.read("stat", 10))
          .isInstanceOf(UnexpectedFileException.class)
          .hasMessage("/proc/self/stat: found more than 10 bytes, expected at most 10");
    }
  }

  @Test
  void readsAFileOfExactlyTheLimit() throws IOException {
    Files.write(root.resolve("size"), new byte[LIMIT]);
    assertThat(directory.read("size", LIMIT)).hasSize(LIMIT);
  }

  @Test
  void refusesAFileOneByteOverTheLimit() throws IOException {
    Files.write(root.resolve("size"), new byte[LIMIT + 1]);
    assertThatThrownBy(() -> directory.read("size", LIMIT))
        .isInstanceOf(UnexpectedFileException.class)
        .hasMessage(root + "/size: found 4097 bytes, expected at most 4096");
  }

  @Test
  void refusesAHugeSparseFileWithoutReadingIt() throws IOException {
    try (var file = new RandomAccessFile(root.resolve("size").toFile(), "rw")) {
      file.setLength(10L << 30);
    }
    assertThatThrownBy(() -> directory.read("size", LIMIT))
        .isInstanceOf(UnexpectedFileException.class)
        .hasMessage(root + "/size: found 10737418240 bytes, expected at most 4096");
  }

  @Test
  void refusesAFifoWithoutWaitingForAWriter() throws Exception {
    run("mkfifo", root + "/diff");
    assertUnexpected("diff", "a FIFO");
  }

  @Test
  void refusesASocket() throws IOException {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(root.resolve("diff")));
      assertUnexpected("diff", "a socket");
    }
  }

  @Test
  @Requires(Requirement.ROOT)
  void refusesADevice() throws Exception {
    run("mknod", root + "/diff", "c", "1", "3");
    assertUnexpected("diff", "a character device");
  }

  @Test
  void refusesADirectory() throws IOException {
    Files.createDirectory(root.resolve("diff"));
    assertUnexpected("diff", "a directory");
  }

  @Test
  void refusesASymbolicLinkToAFile() throws IOException {
    Files.writeString(root.resolve("target"), "secret");
    Files.createSymbolicLink(root.resolve("diff"), Path.of("target"));
    assertThatThrownBy(() -> directory.read("diff", LIMIT))
        .isInstanceOf(SymbolicLinkException.class)
        .hasMessage(root + "/diff is a symbolic link to target, which is not followed here");
  }

  @Test
  void refusesASymbolicLinkToADirectory() throws IOException {
    Files.createDirectory(root.resolve("real"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("real"));
    assertThatThrownBy(() -> directory.openDirectory("link"))
        .isInstanceOf(SymbolicLinkException.class)
        .hasMessage(root + "/link is a symbolic link to real, which is not followed here");
    assertThatThrownBy(() -> directory.find("link/file")).isInstanceOf(SymbolicLinkException.class);
  }

  private void assertUnexpected(String name, String found) {
    assertThatThrownBy(() -> directory.read(name, LIMIT))
        .isInstanceOf(UnexpectedFileException.class)
        .hasMessage("%s/%s: found %s, expected a regular file".formatted(root, name, found));
  }

  @Test
  void namesTheAbsentFile() {
    assertThatThrownBy(() -> directory.read("parent", LIMIT))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(root + "/parent");
  }

  @Test
  void namesTheFileThatMayNotBeRead() throws IOException {
    try (var writeOnly = Directory.open(Path.of("/proc/sys/vm"))) {
      assertThatThrownBy(() -> writeOnly.read("drop_caches", LIMIT))
          .isInstanceOf(AccessDeniedException.class)
          .hasMessage("/proc/sys/vm/drop_caches: Permission denied (errno 13)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside", "/etc/passwd", "", "..", "a\0b", "file/x"})
  void namesThatLeadAstrayAreAbsent(String name) throws IOException {
    Files.createFile(root.resolve("file"));
    assertThat(directory.find(name)).isEmpty();
    assertThat(directory.readLink(name)).isEmpty();
    assertThatThrownBy(() -> directory.read(name, LIMIT)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> directory.openDirectory(name)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void findsSeveralLevelsDown() throws IOException {
    Files.createDirectories(root.resolve("sha256/0a"));
    Files.writeString(root.resolve("sha256/0a/size"), "12");
    assertThat(directory.find("sha256/0a/size")).map(FileStatus::sizeBytes).hasValue(2L);
    assertThat(directory.read("sha256/0a/size", LIMIT)).asString(UTF_8).isEqualTo("12");
    try (var below = directory.openDirectory("sha256/0a")) {
      assertThat(below.path()).isEqualTo(root.resolve("sha256/0a"));
      assertThat(below.read("size", LIMIT)).asString(UTF_8).isEqualTo("12");
    }
  }

  @Test
  void tellsWhereALinkPoints() throws IOException {
    Files.createSymbolicLink(root.resolve("link"), Path.of("../cafe/diff"));
    assertThat(directory.readLink("link")).hasValue("../cafe/diff");
    assertThat(directory.readLink("absent")).isEmpty();
  }

  @Test
  void refusesAFileInPlaceOfALink() throws IOException {
    Files.createFile(root.resolve("link"));
    assertThatThrownBy(() -> directory.readLink("link"))
        .isInstanceOf(UnexpectedFileException.class)
        .hasMessage(root + "/link: found a regular file, expected a symbolic link");
  }

  @Test
  void theRootMayBeReachedThroughALink() throws IOException {
    Files.createDirectory(root.resolve("real"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("real"));
    try (var linked = Directory.open(root.resolve("link"))) {
      assertThat(linked.status()).isEqualTo(directory.find("real").orElseThrow());
    }
  }

  @Test
  void theRootMustBeADirectory() throws IOException {
    Files.createFile(root.resolve("file"));
    assertThatThrownBy(() -> Directory.open(root.resolve("file")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(root + "/file: Not a directory (errno 20)");
  }

  @Test
  void otherFailuresTellTheErrorNumber() {
    var name = "n".repeat(300);
    assertThatThrownBy(() -> directory.read(name, LIMIT))
        .isExactlyInstanceOf(FileSystemException.class)
        .hasMessage("%s/%s: File name too long (errno 36)".formatted(root, name));
  }

  @Test
  void closingTwiceIsHarmless() {
    directory.close();
    directory.close();
    assertThatThrownBy(directory::entries).hasMessage(root + ": Bad file descriptor (errno 9)");
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}

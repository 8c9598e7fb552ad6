package io.github.dockerimageexporter.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which entries a directory lists, with names of every kind.
class DirectoryEntriesTest {
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
  void listsEveryKindOfEntry() throws Exception {
    Files.createFile(root.resolve("file"));
    Files.createDirectory(root.resolve("directory"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("nowhere"));
    run("mkfifo", root + "/fifo");
    assertThat(directory.entries())
        .containsExactlyInAnyOrder(
            entry("file", FileKind.REGULAR),
            entry("directory", FileKind.DIRECTORY),
            entry("link", FileKind.SYMBOLIC_LINK),
            entry("fifo", FileKind.OTHER));
  }

  private DirectoryEntry entry(String name, FileKind kind) throws IOException {
    return new DirectoryEntry(name, kind, directory.find(name).orElseThrow().inode());
  }

  @Test
  void listsThousandsOfEntriesAgainAndAgain() throws IOException {
    List<String> names = createThousands();
    for (int round = 0; round < 2; round++) {
      assertThat(directory.entries().stream().map(DirectoryEntry::name).sorted().toList())
          .isEqualTo(names);
    }
  }

  @Test
  void showsEachEntryOnceWhileThoseShownAreRemoved() throws IOException {
    List<String> names = createThousands();
    var shown = new ArrayList<String>();
    EntryList.of(directory)
        .forEach(
            entry -> {
              shown.add(entry.name());
              Files.delete(root.resolve(entry.name()));
            });
    assertThat(shown).containsExactlyInAnyOrderElementsOf(names);
    assertThat(directory.entries()).isEmpty();
  }

  @Test
  void showsEachEntryOnceWhileOtherDirectoriesAreListed() throws IOException {
    var names = IntStream.range(0, 2000).mapToObj("a-name-of-some-length-%04d"::formatted).toList();
    for (var name : names) {
      Files.createDirectories(root.resolve(name).resolve("below"));
    }
    var shown = new ArrayList<String>();
    EntryList.of(directory)
        .forEach(
            entry -> {
              try (var own = directory.openDirectory(entry.name())) {
                own.entries().forEach(below -> shown.add(entry.name() + "/" + below.name()));
              }
            });
    assertThat(shown)
        .containsExactlyInAnyOrderElementsOf(names.stream().map(name -> name + "/below").toList());
  }

  @Test
  void takesNamesWithSpacesDotsAndUmlauts() throws Exception {
    var names = List.of("a b", "...", ".x", "..x", "ü-日本");
    for (var name : names) {
      run("touch", root + "/" + name);
      assertThat(directory.find(name)).as(name).isPresent();
    }
    assertThat(directory.entries())
        .extracting(DirectoryEntry::name)
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void replacesBytesThatAreNotUtf8() throws Exception {
    run("sh", "-c", "touch \"$(printf '%s/a\\377b' \"$1\")\"", "-", root.toString());
    assertThat(directory.entries()).extracting(DirectoryEntry::name).containsExactly("a\ufffdb");
  }

  /// More than the kernel hands out at a time.
  private List<String> createThousands() throws IOException {
    var names = IntStream.range(0, 5000).mapToObj("a-name-of-some-length-%04d"::formatted).toList();
    for (var name : names) {
      Files.createFile(root.resolve(name));
    }
    return names;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}

package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileTableTest {
  private static final int FILES = 2_000_000;

  @Test
  void eachFileIsTakenOnce() {
    var files = new FileTable();
    files.add(path(1), 7);

    assertThat(files.isEmpty()).isFalse();
    assertThat(files.take(path(2))).isEqualTo(FilePrint.NONE);
    assertThat(files.take(path(1))).isEqualTo(7);
    assertThat(files.take(path(1))).isEqualTo(FilePrint.NONE);
    assertThat(files.isEmpty()).isTrue();
  }

  @Test
  void aDirectoryOnTheWayGivesPlaceToTheOneThatIsListed() {
    var files = new FileTable();
    files.add(path(1), FilePrint.DIRECTORY);
    files.add(path(1), 7);
    files.add(path(1), FilePrint.DIRECTORY);

    assertThat(files.isAmbiguous()).isFalse();
    assertThat(files.take(path(1))).isEqualTo(7);
    assertThat(files.isEmpty()).isTrue();
  }

  @Test
  void aPathThatIsListedTwiceIsAmbiguous() {
    var files = new FileTable();
    files.add(path(1), 7);
    files.add(path(1), 7);

    assertThat(files.isAmbiguous()).isTrue();
  }

  @Test
  void moreFilesThanFitAreInPartsThatHoldEachOnce() {
    var files = new FileTable();
    fill(files);
    int parts = files.partsNeeded();
    assertThat(parts).isBetween(2, 4);

    int taken = 0;
    for (int part = 0; part < parts; part++) {
      files.begin(parts, part);
      fill(files);
      assertThat(files.partsNeeded()).isEqualTo(parts);
      for (int i = 0; i < FILES; i++) {
        if (files.isResponsibleFor(path(i))) {
          assertThat(files.take(path(i)) == i + 10L).isTrue();
          taken++;
        }
      }
      assertThat(files.isEmpty()).isTrue();
    }
    assertThat(taken).isEqualTo(FILES);
  }

  private static void fill(FileTable files) {
    for (int i = 0; i < FILES; i++) {
      files.add(path(i), i + 10L);
    }
  }

  private static long path(int number) {
    return PathHash.of("path" + number, false);
  }
}

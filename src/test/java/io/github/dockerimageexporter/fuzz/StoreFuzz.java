package io.github.dockerimageexporter.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Whatever one file of a store holds, the store is read: no exception leaves a reader but the ones
/// it documents, in bounded time, and what is said of it fits a line.
///
/// The first byte of an input is a letter that chooses a [HostileFile], the rest is its content.
/// Inputs from a real data root lie in `StoreFuzzInputs`, where `bin/fuzz seeds` has put them, and
/// so does whatever broke something once.
///
/// The name ends neither in Test nor in IT: the profile `fuzz` runs it, in a JVM of its own.
class StoreFuzz {
  /// Some thousand times what the longest input takes.
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /// More than five names of images, with an ID and what is said of them.
  private static final int MAX_TEXT = 4000;

  @TempDir private static Path dataRoot;
  private static HostileStore store;

  @BeforeAll
  static void makeAHealthyStore() {
    store = new HostileStore(dataRoot);
  }

  @FuzzTest(maxDuration = "20s")
  void whateverAFileHolds(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    Instant begin = Instant.now();
    List<String> texts =
        HostileFile.of(input[0]).read(store, Arrays.copyOfRange(input, 1, input.length));
    Duration duration = Duration.between(begin, Instant.now());

    assertThat(duration).isLessThan(LIMIT);
    assertThat(texts).allSatisfy(StoreFuzz::assertPresentable);
  }

  private static void assertPresentable(String text) {
    assertThat(text).hasSizeLessThan(MAX_TEXT);
    assertThat(text.chars()).noneMatch(Character::isISOControl);
  }
}

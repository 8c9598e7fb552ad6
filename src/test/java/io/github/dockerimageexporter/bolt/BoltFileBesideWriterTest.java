package io.github.dockerimageexporter.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BoltFileBesideWriterTest {
  private static final int READS = 20_000;
  private static final int RETRIES = 500;

  @TempDir Path directory;

  /// Every value of state n contains n, so a result mixed from two states shows.
  @Test
  @Timeout(120)
  void everyReadIsOneStateAndStatesOnlyGoForward() throws Exception {
    Path file = directory.resolve("test.db");
    var done = new AtomicBoolean();
    try (var fixture = new BoltFixture(file);
        var writer = Executors.newSingleThreadExecutor()) {
      fixture.commit(state(0));
      Future<?> commits = writer.submit(commitUntil(done, fixture));
      try (var channel = FileChannel.open(file)) {
        readUntilOvertakenOften(BoltFile.of(file, BoltFixture.bytes(channel)));
      } finally {
        done.set(true);
      }
      commits.get();
    }
  }

  /// A read that is overtaken at every attempt says so; it counts as a retry.
  private static void readUntilOvertakenOften(BoltFile bolt) throws IOException {
    var runs = new int[1];
    int last = 0;
    for (int good = 0; good < READS || runs[0] - good < RETRIES; ) {
      try {
        BoltTree.Bucket seen =
            bolt.read(
                false,
                root -> {
                  runs[0]++;
                  return BoltTree.of(root);
                });
        int number = number(seen);
        assertThat(seen).isEqualTo(state(number));
        assertThat(number).isGreaterThanOrEqualTo(last);
        last = number;
        good++;
      } catch (TornReadException overtaken) {
        assertThat(overtaken).hasMessageContaining("no consistent state");
      }
    }
  }

  private static Callable<Integer> commitUntil(AtomicBoolean done, BoltFixture fixture) {
    return () -> {
      int number = 0;
      while (!done.get()) {
        fixture.commit(state(++number));
        LockSupport.parkNanos(number % 8 * 50_000L);
      }
      return number;
    };
  }

  /// The shape changes from state to state, so that pages change their kind and length.
  private static BoltTree.Bucket state(int number) {
    var many = new BoltTree.Bucket();
    for (int i = 0; i < 20 + number % 40; i++) {
      many.with("key-" + i, number + " ".repeat(i * (number % 7)));
    }
    return new BoltTree.Bucket()
        .with("state", "" + number)
        .with("many", many)
        .with("inline", new BoltTree.Bucket().with("state", "" + number));
  }

  private static int number(BoltTree.Bucket seen) throws IOException {
    if (seen.items().get("state") instanceof BoltTree.Value(String number)) {
      return Integer.parseInt(number);
    }
    throw new IOException("no state in " + seen);
  }
}

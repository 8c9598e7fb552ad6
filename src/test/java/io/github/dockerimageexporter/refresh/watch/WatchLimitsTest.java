package io.github.dockerimageexporter.refresh.watch;

import static io.github.dockerimageexporter.refresh.watch.WatchFixture.eventually;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens when the user's inotify limits are reached: in a JVM of its own, in a user
/// namespace that has limits of its own.
class WatchLimitsTest {
  @Test
  void limitsOfTheKernelAreSurvived(@TempDir Path root) throws Exception {
    assumeTrue(run("unshare", "-Ur", "true").isEmpty(), "user namespaces are not allowed");
    assertThat(
            run(
                "unshare",
                "-Ur",
                System.getProperty("java.home") + "/bin/java",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Scenario.class.getName(),
                root.toString()))
        .isEqualTo(
            """
            no instance: up=false layers=false
            msg="watch lost; changes are only found by the periodic scan until it is back" \
            reason="out of inotify instances (raise fs.inotify.max_user_instances)"
            too few watches for the store: up=false layers=false
            msg="watch lost; changes are only found by the periodic scan until it is back" \
            reason="out of inotify watches (raise fs.inotify.max_user_watches)"
            enough for the store: up=true layers=false
            msg="watching for changes" data_root=ROOT directories=12
            msg="changes inside layer directories are only found by the periodic scan" \
            reason="out of inotify watches (raise fs.inotify.max_user_watches)"
            enough for its layers: up=true layers=true
            msg="layer directories are watched again"
            none for one layer more: up=false layers=true
            at the next scan: up=true layers=false
            msg="changes inside layer directories are only found by the periodic scan" \
            reason="out of inotify watches (raise fs.inotify.max_user_watches)"
            """);
  }

  private static String run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var output = process.getInputStream()) {
        return new String(output.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException absent) {
      return absent.toString();
    }
  }

  /// The other JVM's program, which prints each state and what was logged on the way to it.
  static final class Scenario {
    private final WatchFixture store;

    private Scenario(WatchFixture store) {
      this.store = store;
    }

    public static void main(String[] arguments) throws IOException {
      try (var store = new WatchFixture(Path.of(arguments[0]), 4096)) {
        store.fresh();
        for (int number = 0; number < 5; number++) {
          store.make(layer(number));
        }
        new Scenario(store).play();
      }
    }

    private void play() throws IOException {
      limit("instances", 0);
      store.watcher.start();
      print("no instance");
      limit("instances", 1);
      limit("watches", 5);
      scan();
      print("too few watches for the store");
      limit("watches", 14);
      scan();
      print("enough for the store");
      limit("watches", 17);
      scan();
      print("enough for its layers");
      store.make(layer(6));
      eventually(() -> !store.watcher.up());
      print("none for one layer more");
      store.watcher.supervise();
      print("at the next scan");
    }

    private void scan() {
      store.nanos.addAndGet(Duration.ofMinutes(5).toNanos());
      store.watcher.supervise();
    }

    private void print(String state) {
      System.out.printf(
          "%s: up=%s layers=%s%n", state, store.watcher.up(), store.watcher.watchesLayers());
      store.lines().forEach(System.out::println);
      store.clearLines();
    }

    private static void limit(String what, int most) throws IOException {
      Files.writeString(Path.of("/proc/sys/user/max_inotify_" + what), Integer.toString(most));
    }
  }
}

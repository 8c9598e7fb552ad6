package io.github.dockerimageexporter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.ScarceDescriptors;
import io.github.dockerimageexporter.posix.ExhaustedException;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that has no descriptor left learns nothing of the store, and says so.
class ExhaustionTest {
  @TempDir private Path dataRoot;

  @Test
  void aPassWithoutDescriptorsFailsAndTheNextOneIsWhole() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base", "app");

    assertThat(ScarceDescriptors.output(Exhausted.class, dataRoot.toString()))
        .isEqualTo(
            """
            GRAPHDRIVER
            cannot read %s: too many open files in this process
            UNREADABLE
            GRAPHDRIVER
            """
                .formatted(dataRoot));
  }

  @Test
  void mountsOfAnyDepthAreReadWithFewDescriptors() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base");
    Files.createDirectories(store.mount("a").resolve("a" + "/a".repeat(300)));

    assertThat(ScarceDescriptors.output(Unread.class, dataRoot.toString())).isEqualTo("{}\n");
  }

  /// Says what it could not read of a store.
  static final class Unread {
    public static void main(String[] arguments) throws IOException {
      var reader = new StoreReader(Path.of(arguments[0]));
      System.out.println(
          reader.read(Freshness.EVERY_FILE).stores().getFirst().unreadable().reasons());
    }
  }

  /// Reads a store in a process of its own, with descriptors, without, and with them again.
  static final class Exhausted {
    public static void main(String[] arguments) throws IOException {
      Path dataRoot = Path.of(arguments[0]);
      var reader = new StoreReader(dataRoot);
      System.out.println(reader.read(Freshness.EVERY_FILE).state());
      DataRootProbe.at(
          dataRoot,
          ContainerdSettings.DEFAULT); // A class that is not loaded yet needs a descriptor.
      String outcome;
      DataRootProbe probe;
      try (var _ = ScarceDescriptors.takeAll()) {
        outcome = outcome(reader);
        probe = DataRootProbe.at(dataRoot, ContainerdSettings.DEFAULT);
      }
      System.out.println(outcome);
      System.out.println(probe.state());
      System.out.println(reader.read(Freshness.EVERY_FILE).state());
    }

    private static String outcome(StoreReader reader) {
      try {
        return reader.read(Freshness.EVERY_FILE).toString();
      } catch (ExhaustedException exhausted) {
        return String.valueOf(exhausted.getMessage());
      }
    }
  }
}

package io.github.dockerimageexporter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Content that nobody expects in files and names of the store: too much, or of bytes that are no
/// text.
class HostileContentTest {
  @TempDir private Path directory;
  private SampleStore store;
  private ImageId victim;

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(directory.resolve("docker"));
    victim = store.image("victim:1", "base", "victim");
    store.image("bystander:1", "base", "bystander");
  }

  @Test
  void aConfigurationOf100000LayersIsOneProblem() throws IOException {
    String diffIds = ("\"" + Digest.of("x") + "\",").repeat(100_000);
    String config =
        "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
            + diffIds.substring(0, diffIds.length() - 1)
            + "]}}";
    var id = new ImageId(Digest.of(config));
    Files.writeString(store.config(id), config);

    assertThat(report().findings())
        .extracting(finding -> finding.problem())
        .containsExactly(
            new Problem.ImageTooDeep(id, store.layout().imageConfig(id), 100_000, 125));
  }

  @Test
  void invalidUtf8InATagIsReplaced() throws IOException {
    byte[] json =
        "{\"Repositories\":{\"app\":{\"app:X\":\"%s\"}}}"
            .formatted(victim)
            .getBytes(StandardCharsets.UTF_8);
    json[new String(json, StandardCharsets.UTF_8).indexOf('X')] = (byte) 0xff;
    Files.write(store.repositories(), json);

    assertThat(read().references()).extracting(one -> one.tag()).containsExactly("\uFFFD");
  }

  @Test
  void aConfigurationBeyondALimitIsUnreadableAndNoProblem() throws IOException {
    String config = "{\"%s\":1,\"rootfs\":{}}".formatted("n".repeat(1 << 20 | 1));
    var id = new ImageId(Digest.of(config));
    Files.writeString(store.config(id), config);

    assertThat(kinds()).isEmpty();
    assertThat(read().unreadable().reasons())
        .containsExactly(
            Map.entry(
                store.layout().imageConfig(id),
                "found a name, string or number of more than 1048576 characters, the limit here"));
  }

  @Test
  void aListWithANameThatDockerPassesOverIsReadWithoutIt() throws IOException {
    String name = "n".repeat(60_000);
    Files.writeString(
        store.repositories(),
        "{\"Repositories\":{\"victim\":{\"victim:1\":\"%s\"},\"%s\":{\"%s:1\":\"%s\"}}}"
            .formatted(victim, name, name, victim));

    assertThat(kinds()).isEmpty();
    assertThat(read().references()).extracting(Reference::name).containsExactly("victim:1");
  }

  @Test
  void aDirectoryWhoseNameIsNotUtf8IsUnreadable() throws IOException {
    Path home = store.dataRoot().resolve("overlay2");
    run("sh", "-c", "mkdir \"$0/$(printf 'x\\377y')\"", home.toString());

    assertThat(kinds()).isEmpty();
    assertThat(read().unreadable().reasons()).containsOnlyKeys("overlay2/x\ufffdy");
    assertThat(read().directories()).hasSize(4); // three layers' and the short names'
  }

  @Test
  void namesThatAreNoDigestsArePassedOver() throws IOException {
    Path layers = store.dataRoot().resolve(store.layout().layers());
    Files.createDirectory(layers.resolve("A".repeat(64)));
    Files.createFile(layers.resolve("a".repeat(64)));
    Files.createDirectory(layers.resolve("b".repeat(64) + "-removing"));
    Files.createFile(store.config(victim).resolveSibling(".tmp-123"));

    assertThat(kinds()).isEmpty();
    assertThat(read().layers()).hasSize(3);
  }

  private List<Kind> kinds() {
    return report().findings().stream().map(finding -> finding.problem().kind()).toList();
  }

  private Report report() {
    return observed().report();
  }

  private ObservedStore observed() {
    return Checking.observe(read(), Instant.MIN);
  }

  private StoreSnapshot read() {
    return new StoreReader(store.dataRoot()).read(Freshness.EVERY_FILE).stores().getFirst();
  }

  private static void run(String... command) throws IOException {
    try {
      assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }
}

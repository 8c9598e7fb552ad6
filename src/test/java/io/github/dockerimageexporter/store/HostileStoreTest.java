package io.github.dockerimageexporter.store;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ChainConsistency;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Nothing below the data root may crash or stop a scan: whatever stands where a small file
/// belongs gives its problem, and every other image is still reported.
class HostileStoreTest {
  @TempDir private Path directory;
  private SampleStore store;
  private ImageId victim;
  private ImageId bystander;

  /// The files that one image stands on, and what their loss is called.
  enum Target {
    REFERENCES(Kind.REFERENCES_INVALID),
    DIFF(Kind.LAYER_METADATA_INVALID),
    CACHE_ID(Kind.LAYER_METADATA_INVALID),
    SIZE(Kind.LAYER_METADATA_INVALID),
    PARENT(Kind.LAYER_METADATA_INVALID);

    private final Kind kind;

    Target(Kind kind) {
      this.kind = kind;
    }

    Path in(SampleStore store) {
      Path layer = store.layer(chainId("base", "victim"));
      return switch (this) {
        case REFERENCES -> store.repositories();
        case DIFF -> layer.resolve("diff");
        case CACHE_ID -> layer.resolve("cache-id");
        case SIZE -> layer.resolve("size");
        case PARENT -> layer.resolve("parent");
      };
    }
  }

  /// All but a file that is too long to read, which Docker may read all the same, and a link in an
  /// object, which it follows.
  static Stream<Arguments> intruders() {
    return Stream.of(Target.values())
        .flatMap(
            target ->
                shortIntruders()
                    .filter(intruder -> target == Target.REFERENCES || !intruder.isLink())
                    .map(intruder -> Arguments.of(target, intruder)));
  }

  static Stream<Intruder> shortIntruders() {
    return Stream.of(Intruder.values()).filter(intruder -> !intruder.isLong());
  }

  static Stream<Intruder> filesAsIntruders() {
    return shortIntruders().filter(intruder -> !intruder.isLink());
  }

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(directory.resolve("docker"));
    victim = store.image("victim:1", "base", "victim");
    bystander = store.image("bystander:1", "base", "bystander");
  }

  @ParameterizedTest
  @MethodSource("intruders")
  void anIntruderIsOneProblemAndTheBystanderIsConsistent(Target target, Intruder intruder)
      throws IOException {
    Path file = target.in(store);
    Files.delete(file);
    intruder.replace(file);

    assertThat(kinds()).containsExactly(target.kind);
    assertThat(consistency().of(bystander)).isEqualTo(Consistency.CONSISTENT);
    assertThat(consistency().of(victim) == Consistency.CONSISTENT)
        .isEqualTo(target == Target.REFERENCES);
  }

  @ParameterizedTest
  @EnumSource(names = "REFERENCES", mode = EnumSource.Mode.EXCLUDE)
  void aLinkInALayerIsNamedAndNoProblem(Target target) throws IOException {
    Path file = target.in(store);
    Files.delete(file);
    Intruder.LINK_OUT_OF_THE_ROOT.replace(file);

    assertThat(kinds()).isEmpty();
    assertThat(read().unreadable().reasons())
        .isEqualTo(
            Map.of(
                store.layout().layer(chainId("base", "victim")),
                file + " is a symbolic link to /etc/passwd, which is not followed here"));
  }

  @Test
  void aConfigurationThatIsALinkIsNamedAndNoProblem() throws IOException {
    Files.delete(store.config(victim));
    Intruder.LINK_OUT_OF_THE_ROOT.replace(store.config(victim));

    assertThat(kinds()).isEmpty();
    assertThat(read().unreadable().images()).containsExactly(victim);
  }

  @Test
  void aLayersContentThatIsALinkIsNamedAndNoProblem() throws IOException {
    Path content = store.content(cacheId("base", "victim"));
    Files.move(content, directory.resolve("elsewhere"));
    Files.createSymbolicLink(content, directory.resolve("elsewhere"));

    assertThat(kinds()).isEmpty();
    assertThat(read().unreadable().reasons().values())
        .containsExactly(
            "%s is a symbolic link to %s/elsewhere, which is not followed here"
                .formatted(content, directory));
  }

  @ParameterizedTest
  @MethodSource("io.github.dockerimageexporter.store.HostileStoreTest#filesAsIntruders")
  void anIntruderAmongTheConfigurationsIsOneProblem(Intruder intruder) throws IOException {
    Files.delete(store.config(victim));
    intruder.replace(store.config(victim));

    assertThat(kinds())
        .hasSize(1)
        .isSubsetOf(Kind.IMAGE_CONFIG_INVALID, Kind.IMAGE_CONFIG_DIGEST_MISMATCH);
    assertThat(consistency().inconsistentImages()).containsExactly(victim);
  }

  @ParameterizedTest
  @EnumSource
  void aFileTooLongToReadIsUnreadableAndNoProblem(Target target) throws IOException {
    Path file = target.in(store);
    Files.delete(file);
    Intruder.TEN_GIBIBYTES_OF_HOLE.replace(file);

    assertThat(kinds()).isEmpty();
    assertThat(read().unreadable().reasons().values())
        .singleElement()
        .asString()
        .matches("found 10737418240 bytes; at most [0-9]+ are read");
  }

  @Test
  void aConfigurationTooLongToReadIsUnreadableAndNoProblem() throws IOException {
    Files.delete(store.config(victim));
    Intruder.TEN_GIBIBYTES_OF_HOLE.replace(store.config(victim));

    assertThat(kinds()).isEmpty();
    assertThat(read().unreadable().images()).containsExactly(victim);
  }

  @ParameterizedTest
  @EnumSource
  void anIntruderAmongMountsContainersAndMetadataStopsNothing(Intruder intruder)
      throws IOException {
    String container = store.container("web", victim);
    store.parent(victim, bystander);
    for (Path file :
        List.of(
            store.mount(container).resolve("mount-id"),
            store.container(container).resolve("config.v2.json"),
            store.metadata(victim).resolve("parent"))) {
      Files.delete(file);
      intruder.replace(file);
    }

    boolean isUnderstood = read().unreadable().reasons().isEmpty();
    assertThat(kinds()).isSubsetOf(Kind.CONTAINER_CONFIG_INVALID);
    assertThat(kinds().isEmpty() && isUnderstood).isFalse();
    assertThat(read().images().keySet()).containsExactlyInAnyOrder(victim, bystander);
  }

  @Test
  void aLayerDirectoryThatIsALinkIsNoLayer() throws IOException {
    Path layer = store.layer(chainId("base", "victim"));
    Files.move(layer, directory.resolve("elsewhere"));
    Files.createSymbolicLink(layer, directory.resolve("elsewhere"));

    assertThat(kinds()).containsExactly(Kind.LAYER_MISSING);
  }

  private List<Kind> kinds() {
    return report().findings().stream().map(finding -> finding.problem().kind()).toList();
  }

  private Report report() {
    return observed().report();
  }

  private ChainConsistency consistency() {
    return observed().consistency();
  }

  private ObservedStore observed() {
    return Checking.observe(read(), Instant.MIN);
  }

  private StoreSnapshot read() {
    return new StoreReader(store.dataRoot()).read(Freshness.EVERY_FILE).stores().getFirst();
  }
}

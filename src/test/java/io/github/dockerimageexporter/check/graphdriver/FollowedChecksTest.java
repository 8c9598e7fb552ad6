package io.github.dockerimageexporter.check.graphdriver;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.CheckedStore;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.persistent.Derivations;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checks that have followed a store find what they find in one that they see for the first time.
class FollowedChecksTest {
  private static final ChainId BASE = chainId("base");
  private static final ChainId TOP = chainId("base", "app", "top");

  @TempDir private Path dataRoot;
  private final Derivations followed = new Derivations();
  private SampleStore store;
  private CheckedStore checked;

  @BeforeEach
  void aLayerWhoseLowerIsWrong() throws IOException {
    store = new SampleStore(dataRoot);
    checked = new CheckedStore(store);
    store.image("app:1", "base", "app", "top");
    store.image("lib:1", "base", "lib");
    Path lower = store.content(cacheId("base", "app")).resolveSibling("lower");
    Files.writeString(lower, "l/ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    assertThat(kinds()).containsExactly(Kind.OVERLAY_LOWER_MISMATCH);
  }

  @Test
  void whatStandsOnALayerThatIsGoneIsNotComparedButWhatStandsOnThat() throws IOException {
    Files.move(store.layer(BASE), dataRoot.resolve("away"));
    assertThat(kinds()).containsExactly(Kind.LAYER_MISSING, Kind.OVERLAY_LOWER_MISMATCH);

    Files.move(dataRoot.resolve("away"), store.layer(BASE));
    assertThat(kinds()).containsExactly(Kind.OVERLAY_LOWER_MISMATCH);
  }

  @Test
  void nobodyClaimsADirectoryThatAnotherLayerClaimsToo() throws IOException {
    Path cacheId = store.layer(TOP).resolve("cache-id");
    String own = Files.readString(cacheId);
    Files.writeString(cacheId, cacheId("base", "app").value());
    assertThat(kinds()).containsExactly(Kind.CACHE_ID_CONFLICT);

    Files.writeString(cacheId, own);
    assertThat(kinds()).containsExactly(Kind.OVERLAY_LOWER_MISMATCH);
  }

  private List<Kind> kinds() {
    StoreSnapshot read = checked.read();
    List<Problem> problems = Checking.problems(read, followed, Instant.EPOCH);
    assertThat(problems).isEqualTo(Checking.problems(read, Instant.EPOCH));
    return problems.stream().map(Problem::kind).toList();
  }
}

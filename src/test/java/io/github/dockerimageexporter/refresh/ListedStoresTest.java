package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A sample store that cannot be listed now and then.
class ListedStoresTest {
  @TempDir private Path dataRoot;
  private final AtomicLong nanos = new AtomicLong();
  private final ListedStores stores = new ListedStores(nanos::get);
  private SampleStore store;

  @BeforeEach
  void makeStore() {
    store = new SampleStore(dataRoot);
    store.image("app:1", "base");
  }

  @Test
  void whatCouldBeListedIsAsItWasFound() {
    stores.of(scan());
    store.image("tool:1", "tool");
    Observation seen = scan();

    assertThat(stores.of(seen)).isEqualTo(seen);
  }

  @ParameterizedTest
  @EnumSource(names = {"IMAGES", "LAYERS", "DIRECTORIES"})
  void whatCouldNotBeListedIsAsItWasFoundLast(StorePart part) {
    Observation before = scan();
    stores.of(before);
    store.image("tool:1", "tool");

    assertThat(stores.of(without(part)).stores()).isEqualTo(before.stores());
    assertThat(stores.of(without(part)).stores()).isEqualTo(before.stores());
  }

  @Test
  void aStoreInContainerdOutlivesADatabaseThatCannotBeRead(@TempDir Path other) throws IOException {
    Path meta = ContainerdSample.in(other).meta();
    Observation before = scan(other);
    stores.of(before);

    Files.write(meta, new byte[100]);
    Observation seen = scan(other);

    assertThat(seen.stores().getFirst().store().layers()).isEmpty();
    assertThat(stores.of(seen).stores()).isEqualTo(before.stores());
  }

  @Test
  void whatWasNeverListedIsAsItIs() {
    stores.of(without(StorePart.DIRECTORIES));
    store.image("tool:1", "tool");
    Observation seen = without(StorePart.DIRECTORIES);

    assertThat(stores.of(seen)).isEqualTo(seen);
  }

  @Test
  void whatCannotBeListedForTenMinutesIsAsItIs() {
    Observation before = scan();
    stores.of(before);
    store.image("tool:1", "tool");
    Observation seen = without(StorePart.DIRECTORIES);
    stores.of(seen);

    nanos.set(Duration.ofMinutes(10).minusNanos(1).toNanos());
    assertThat(stores.of(seen).stores()).isEqualTo(before.stores());
    nanos.set(Duration.ofMinutes(10).toNanos());
    assertThat(stores.of(seen)).isEqualTo(seen);
  }

  @Test
  void aStoreThatIsNotSeenForTenMinutesIsGone() {
    stores.of(scan());
    Observation seen = nothing(DataRootState.UNREADABLE, Map.of());

    nanos.set(Duration.ofMinutes(10).toNanos());
    assertThat(stores.of(seen)).isEqualTo(seen);
  }

  @Test
  void aStoreThatIsGoneIsGone() {
    stores.of(scan());
    Observation seen = nothing(DataRootState.EMPTY, Map.of());

    assertThat(stores.of(seen)).isEqualTo(seen);
  }

  @Test
  void aStoreInADataRootThatCannotBeReadIsNotGone() {
    Observation before = scan();
    stores.of(before);

    assertThat(stores.of(nothing(DataRootState.UNREADABLE, Map.of())).stores())
        .isEqualTo(before.stores());
  }

  @Test
  void aStoreInAPlaceThatCannotBeReadIsNotGone() {
    Observation before = scan();
    stores.of(before);

    assertThat(stores.of(nothing(DataRootState.EMPTY, Map.of("overlay2", "EIO"))).stores())
        .isEqualTo(before.stores());
  }

  private Observation scan() {
    return scan(dataRoot);
  }

  private static Observation scan(Path dataRoot) {
    return new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
        .scan(Freshness.EVERY_FILE);
  }

  private Observation nothing(DataRootState state, Map<String, String> notRead) {
    Observation seen = scan();
    return new Observation(dataRoot, state, "", seen.checkedAt(), List.of(), notRead);
  }

  private Observation without(StorePart part) {
    return scan()
        .with(
            one -> {
              StoreSnapshot found = one.store();
              var unreadable =
                  new Unreadable(
                      Set.of(part), Set.of(), Set.of(), Map.of(found.paths().directories(), "EIO"));
              return ObservedStore.of(found.with(List.of(), unreadable), one.graph(), one.report());
            });
  }
}

package io.github.dockerimageexporter.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservationTest {
  private final StoreFixture store = store();
  private final StoreFixture other = new StoreFixture("vfs");
  private final Observation before = StoreFixture.observation(store, other);

  @Test
  void storesThatSayTheSameAreTheSame() {
    List<ObservedStore> stores =
        StoreFixture.observation(store(), new StoreFixture("vfs")).sharing(before).stores();

    assertThat(stores).isSameAs(before.stores());
  }

  @Test
  void oneThatSaysSomethingElseStandsBesideThoseOfBefore() {
    other.use(StoreUse.LEFT_BEHIND);
    Observation now = StoreFixture.observation(store(), other).sharing(before);

    assertThat(now.stores().getFirst()).isSameAs(before.stores().getFirst());
    assertThat(now.stores().getLast().store().use()).isEqualTo(StoreUse.LEFT_BEHIND);
  }

  @Test
  void aStoreOfWhichMoreIsMeasuredIsAnother() {
    store.measured("base", 1, 2, 3);
    Observation now = StoreFixture.observation(store, other).sharing(before);

    assertThat(now.stores().getFirst().usages()).hasSize(1);
  }

  private static StoreFixture store() {
    var store = new StoreFixture();
    store.image("app", "base:100", "app:20");
    return store;
  }
}

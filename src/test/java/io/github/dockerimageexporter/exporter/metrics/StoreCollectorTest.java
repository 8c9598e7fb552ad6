package io.github.dockerimageexporter.exporter.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreCollectorTest {
  private final StoreFixture store = new StoreFixture();
  private final TreeSet<String> asked = new TreeSet<>();

  @BeforeEach
  void oneImage() {
    store.image("app", "base:100", "app:20");
    store.reference("app:1", "app");
  }

  @Test
  void aFamilyIsTheSameWithoutTheOthers() {
    Observation seen = store.observation();

    for (MetricFamilySamples family : new MetricFamilies(Expositions.EVERYTHING).samples(seen)) {
      assertThat(collect(seen, family.name))
          .singleElement()
          .satisfies(
              alone ->
                  assertThat(List.copyOf(alone.samples)).isEqualTo(List.copyOf(family.samples)));
    }
  }

  @Test
  void whoAsksForTheStateOfTheDataRootAsksNoStore() {
    samples("docker_data_root_state");

    assertThat(asked).isEmpty();
  }

  @Test
  void whoAsksForTheReferencesAsksNoImageAndNoLayer() {
    samples("docker_store_references");

    assertThat(asked).containsExactly("containerdNamespace", "driver", "references", "unmet");
  }

  @Test
  void whoAsksForImagesAsksNoDirectory() {
    samples("docker_image_info");

    assertThat(asked).doesNotContain("directories", "layerIds").contains("images");
  }

  private void samples(String name) {
    for (MetricFamilySamples family : collect(listening(), name)) {
      assertThat(family.samples).isNotEmpty();
    }
  }

  private static List<MetricFamilySamples> collect(Observation seen, String name) {
    return new StoreCollector(() -> Optional.of(seen), Expositions.EVERYTHING)
        .collect(name::equals);
  }

  /// The observation, of a store that notes what it is asked for.
  private Observation listening() {
    Observation seen = store.observation();
    return new Observation(
        seen.dataRoot(),
        seen.state(),
        seen.detail(),
        seen.checkedAt(),
        seen.stores().stream().map(this::listening).toList(),
        seen.notRead());
  }

  private ObservedStore listening(ObservedStore seen) {
    return new ObservedStore(
        listening(seen.store()),
        seen.graph(),
        seen.report(),
        seen.consistency(),
        seen.usages(),
        seen.scrub(),
        seen.hidden());
  }

  private StoreSnapshot listening(StoreSnapshot seen) {
    return (StoreSnapshot)
        Proxy.newProxyInstance(
            StoreSnapshot.class.getClassLoader(),
            new Class<?>[] {StoreSnapshot.class},
            (_, method, arguments) -> answer(seen, method, arguments));
  }

  private Object answer(StoreSnapshot seen, Method method, Object[] arguments)
      throws ReflectiveOperationException {
    asked.add(method.getName());
    return method.invoke(seen, arguments);
  }
}

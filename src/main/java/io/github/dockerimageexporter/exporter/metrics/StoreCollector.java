package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.observation.Observation;
import io.prometheus.client.Collector;
import io.prometheus.client.Predicate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Shows those families of the latest observation that a scrape asks for by name; reads no file and
/// takes no lock. A scrape of all of them is an [Exposition]'s.
public final class StoreCollector extends Collector implements Collector.Describable {
  private final Supplier<Optional<Observation>> latest;
  private final MetricFamilies families;

  public StoreCollector(Supplier<Optional<Observation>> latest, CollectorOptions layers) {
    this.latest = latest;
    this.families = new MetricFamilies(layers);
  }

  /// No family at all before the first scan: absent says "not known", zero would say "none".
  @Override
  public List<MetricFamilySamples> collect() {
    return collect(_ -> true);
  }

  /// Only the families with samples of such names; the others are not even begun.
  @Override
  public List<MetricFamilySamples> collect(@Nullable Predicate<String> wanted) {
    return latest
        .get()
        .map(seen -> families.samples(seen, name -> wanted == null || wanted.test(name)))
        .orElseGet(List::of);
  }

  @Override
  public List<MetricFamilySamples> describe() {
    return families.descriptions();
  }
}

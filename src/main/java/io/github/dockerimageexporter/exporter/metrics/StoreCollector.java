package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.observation.Observation;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Shows those families of the latest observation that a scrape asks for by name; reads no file and
/// takes no lock. A scrape of all of them is an [Exposition]'s.
public final class StoreCollector {
  private final Supplier<Optional<Observation>> latest;
  private final MetricFamilies families;

  public StoreCollector(Supplier<Optional<Observation>> latest, CollectorOptions layers) {
    this.latest = latest;
    this.families = new MetricFamilies(layers);
  }

  /// Those with samples of `wanted` names; the others are not even begun. No family at all before
  /// the first scan: absent says "not known", zero would say "none".
  public List<MetricFamilySamples> collect(Predicate<String> wanted) {
    return latest.get().map(seen -> families.samples(seen, wanted)).orElseGet(List::of);
  }
}

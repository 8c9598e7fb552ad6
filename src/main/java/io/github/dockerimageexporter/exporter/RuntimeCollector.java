package io.github.dockerimageexporter.exporter;

import io.prometheus.client.Collector;
import io.prometheus.client.hotspot.BufferPoolsExports;
import io.prometheus.client.hotspot.ClassLoadingExports;
import io.prometheus.client.hotspot.GarbageCollectorExports;
import io.prometheus.client.hotspot.MemoryPoolsExports;
import io.prometheus.client.hotspot.StandardExports;
import io.prometheus.client.hotspot.ThreadExports;
import io.prometheus.client.hotspot.VersionInfoExports;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Shows the process and the Java runtime: `process_*` and `jvm_*`.
///
/// The JDK's management takes a tenth of a second to load, so that happens beside the first scan
/// at the store, and only the first scrape waits for what is left of it.
final class RuntimeCollector extends Collector {
  private final CompletableFuture<List<Collector>> collectors =
      CompletableFuture.supplyAsync(RuntimeCollector::load);

  @Override
  public List<MetricFamilySamples> collect() {
    return collectors.join().stream().flatMap(collector -> collector.collect().stream()).toList();
  }

  private static List<Collector> load() {
    return List.of(
        new StandardExports(),
        new MemoryPoolsExports(),
        new BufferPoolsExports(),
        new GarbageCollectorExports(),
        new ThreadExports(),
        new ClassLoadingExports(),
        new VersionInfoExports());
  }
}

package io.github.dockerimageexporter.exporter.metrics;

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
import java.util.function.Supplier;

/// Shows the process and the Java runtime: `process_*` and `jvm_*`.
///
/// The JDK's management takes a tenth of a second to load, so that happens beside the first scan
/// at the store, and only the first scrape waits for what is left of it. If it fails, that scrape
/// does, and the next one loads anew.
public final class RuntimeCollector extends Collector {
  private final Supplier<List<Collector>> loader;
  private volatile CompletableFuture<List<Collector>> collectors;

  public RuntimeCollector() {
    this(RuntimeCollector::load);
  }

  RuntimeCollector(Supplier<List<Collector>> loader) {
    this.loader = loader;
    this.collectors = CompletableFuture.supplyAsync(loader);
  }

  @Override
  public List<MetricFamilySamples> collect() {
    CompletableFuture<List<Collector>> loading = collectors;
    if (loading.isCompletedExceptionally()) {
      loading = CompletableFuture.supplyAsync(loader);
      collectors = loading;
    }
    return loading.join().stream().flatMap(collector -> collector.collect().stream()).toList();
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

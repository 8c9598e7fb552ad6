package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.observation.RefreshStatus;
import io.prometheus.client.Collector;
import java.util.List;
import java.util.function.Supplier;

/// Shows how the exporter itself fares.
public final class StatusCollector extends Collector {
  private final BuildInfo build;
  private final Supplier<RefreshStatus> status;

  public StatusCollector(BuildInfo build, Supplier<RefreshStatus> status) {
    this.build = build;
    this.status = status;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    return MetricFamilies.samples(build, status.get());
  }
}

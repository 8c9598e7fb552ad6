package io.github.dockerimageexporter.exporter;

import io.github.dockerimageexporter.refresh.RefreshStatus;
import io.prometheus.client.Collector;
import java.util.List;
import java.util.function.Supplier;

/// Shows how the exporter itself fares.
final class StatusCollector extends Collector {
  private final BuildInfo build;
  private final Supplier<RefreshStatus> status;

  StatusCollector(BuildInfo build, Supplier<RefreshStatus> status) {
    this.build = build;
    this.status = status;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    return MetricFamilies.samples(build, status.get());
  }
}

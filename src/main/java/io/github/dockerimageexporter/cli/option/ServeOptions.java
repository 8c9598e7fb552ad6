package io.github.dockerimageexporter.cli.option;

import io.github.dockerimageexporter.exporter.metrics.CollectorOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How the daemon scans, measures and answers.
public final class ServeOptions {
  @Option(
      names = "--web.listen-address",
      defaultValue = ":10210",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on: :port, host:port or [::1]:port. Default: ${DEFAULT-VALUE}")
  public InetSocketAddress listenAddress = new InetSocketAddress(10210);

  @Option(
      names = "--web.telemetry-path",
      defaultValue = "/metrics",
      paramLabel = "PATH",
      description = "Path under which to expose metrics. Default: ${DEFAULT-VALUE}")
  public String telemetryPath = "/metrics";

  @Option(
      names = "--web.config.file",
      paramLabel = "FILE",
      description =
          "TLS, passwords and headers, in the format of the Prometheus exporter toolkit; YAML, or"
              + " JSON if it ends in .json. Default: plain HTTP for anyone")
  public Optional<Path> webConfig = Optional.empty();

  @Option(
      names = "--refresh.interval",
      converter = DurationConverter.Interval.class,
      defaultValue = "30s",
      paramLabel = "DURATION",
      description =
          "Time between full scans, in addition to scans triggered by file changes; only changed"
              + " files are read again. Default: ${DEFAULT-VALUE}")
  public Duration interval = Duration.ofSeconds(30);

  @Option(
      names = "--refresh.debounce",
      defaultValue = "250ms",
      paramLabel = "DURATION",
      description =
          "Wait until the store has been quiet this long before scanning (at most 2s after the"
              + " first change). Default: ${DEFAULT-VALUE}")
  public Duration debounce = Duration.ofMillis(250);

  @Option(
      names = "--watch.limit",
      converter = CountConverter.Limit.class,
      defaultValue = "4096",
      paramLabel = "N",
      description =
          "Maximum number of directories to watch; above it, directories of individual layers are"
              + " only checked every --refresh.interval. Default: ${DEFAULT-VALUE}")
  public int watchLimit = 4096;

  @Option(
      names = "--usage.interval",
      converter = DurationConverter.Interval.class,
      defaultValue = "6h",
      paramLabel = "DURATION",
      description = "Measure each directory again after this long. Default: ${DEFAULT-VALUE}")
  public Duration usageInterval = Duration.ofHours(6);

  @Option(
      names = "--usage.threads",
      converter = CountConverter.Threads.class,
      defaultValue = "1",
      paramLabel = "N",
      description = "Number of directories to measure in parallel. Default: ${DEFAULT-VALUE}")
  public int usageThreads = 1;

  @Option(
      names = "--scrub.shape",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Compare the files of each layer with what was recorded of them: kind, size, mode, owner;"
              + " no content is read. Default: on")
  public boolean scrubShape = true;

  @Option(
      names = "--scrub.content",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description = "Read and verify the content of each layer as well. Default: off")
  public boolean scrubContent;

  @Option(
      names = "--scrub.rate",
      converter = ByteRateConverter.class,
      defaultValue = "20MiB",
      paramLabel = "BYTES",
      description =
          "Read at most this much content per second; 0 means no limit. Default:"
              + " ${DEFAULT-VALUE}")
  public long scrubRate = 20L << 20;

  @Option(
      names = "--scrub.interval",
      converter = DurationConverter.Interval.class,
      defaultValue = "7d",
      paramLabel = "DURATION",
      description =
          "Compare each layer again after this long; the work is spread evenly. Default:"
              + " ${DEFAULT-VALUE}")
  public Duration scrubInterval = Duration.ofDays(7);

  @Option(
      names = "--collector.layers",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Export per-layer metrics. Default: on")
  boolean layers = true;

  @Option(
      names = "--collector.image-layers",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description = "Export the image-to-layer mapping metric. Default: off")
  boolean imageLayers;

  @Option(
      names = "--collector.containers",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description = "Export the disk usage of each container's writable layer. Default: off")
  boolean containers;

  @Option(
      names = "--collector.layer-limit",
      converter = CountConverter.Limit.class,
      defaultValue = "10000",
      paramLabel = "N",
      description =
          "Maximum number of layers with metrics: inconsistent ones first, then the largest; the"
              + " rest are counted as dropped. Default: ${DEFAULT-VALUE}")
  int layerLimit = 10_000;

  public CollectorOptions collectorOptions() {
    return new CollectorOptions(layers, imageLayers, containers, layerLimit);
  }
}

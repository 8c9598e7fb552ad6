package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.StoreFamilies.unixTime;

import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.observation.RefreshStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The families in which the exporter speaks of itself; made anew by each scrape.
final class ExporterFamilies {
  static final MetricFamily<BuildInfo> BUILD =
      MetricFamily.gauge(
          "docker_image_exporter_build_info",
          List.of("version", "revision", "java_version"),
          "The exporter's build and the Java runtime it runs on; always 1.",
          build ->
              Stream.of(
                  LabeledSample.info(build.version(), build.revision(), build.javaVersion())));

  static final List<MetricFamily<RefreshStatus>> STATUS =
      List.of(
          known(
              "docker_image_exporter_last_refresh_success",
              "1 if the last scan of the data root succeeded, 0 if it failed.",
              status -> status.lastSucceeded().map(LabeledSample::flag)),
          known(
              "docker_image_exporter_last_refresh_timestamp_seconds",
              "Unix time of the last successful scan of the data root.",
              status -> status.lastSuccess().map(time -> unixTime(time))),
          known(
              "docker_image_exporter_last_refresh_duration_seconds",
              "Duration of the last scan of the data root.",
              status -> status.lastDuration().map(ExporterFamilies::seconds)),
          MetricFamily.counter(
              "docker_image_exporter_refreshes_total",
              "Total number of scans of the data root, including failed ones.",
              RefreshStatus::refreshes),
          MetricFamily.counter(
              "docker_image_exporter_refresh_failures_total",
              "Total number of scans of the data root that failed.",
              RefreshStatus::failures),
          MetricFamily.gauge(
              "docker_image_exporter_watch_up",
              "1 if all directories are being watched, 0 if changes are only found by the periodic"
                  + " scan.",
              status -> LabeledSample.flag(status.watchUp())),
          MetricFamily.counter(
              "docker_image_exporter_watch_events_total",
              "Total number of file change events received (inotify).",
              RefreshStatus::watchEvents),
          MetricFamily.counter(
              "docker_image_exporter_watch_overflows_total",
              "Total number of times file change events were lost (inotify queue overflow).",
              RefreshStatus::watchOverflows),
          MetricFamily.gauge(
              "docker_image_exporter_directories_pending",
              "Storage driver directories not measured yet.",
              RefreshStatus::directoriesPending),
          MetricFamily.counter(
              "docker_image_exporter_directories_scanned_total",
              "Total number of storage driver directories measured.",
              RefreshStatus::directoriesScanned));

  private ExporterFamilies() {}

  private static MetricFamily<RefreshStatus> known(
      String name, String help, Function<RefreshStatus, Optional<Double>> value) {
    return MetricFamily.gauge(
        name,
        List.of(),
        help,
        status -> value.apply(status).stream().map(v -> LabeledSample.of(v)));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}

package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.option.CheckOptions;
import io.github.dockerimageexporter.cli.option.DurationConverter;
import io.github.dockerimageexporter.cli.option.LogOptions;
import io.github.dockerimageexporter.cli.option.ServeOptions;
import io.github.dockerimageexporter.cli.option.StoreOptions;
import io.github.dockerimageexporter.cli.process.StopSignal;
import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.demo.Demo;
import io.github.dockerimageexporter.demo.Demo.StoreKind;
import io.github.dockerimageexporter.logging.Logging;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Serves a sample store that keeps changing.
@Command(
    name = "demo",
    description =
        "Serve a sample data root in a temporary directory, in which images are added and removed"
            + " and an image is damaged and repaired.")
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--store",
      defaultValue = "graphdriver",
      paramLabel = "KIND",
      description =
          "Kind of store: graphdriver (overlay2) or containerd (the default of Docker 29)."
              + " Default: ${DEFAULT-VALUE}")
  private StoreKind store = StoreKind.graphdriver;

  @Option(
      names = "--demo.interval",
      converter = DurationConverter.Interval.class,
      defaultValue = "10s",
      paramLabel = "DURATION",
      description = "Time from one change to the next. Default: ${DEFAULT-VALUE}")
  private Duration interval = Duration.ofSeconds(10);

  @Mixin private final CheckOptions check = new CheckOptions();
  @Mixin private final ServeOptions serve = new ServeOptions();
  @Mixin private final LogOptions log = new LogOptions();

  @Override
  public Integer call() throws InterruptedException {
    SupportedMachine.require();
    Logging.setUp(log.level, log.format);
    try (var stop = new StopSignal();
        var demo = build();
        var _ = ExporterDaemon.start(StoreOptions.of(demo.dataRoot()), check, serve)) {
      demo.start();
      stop.await();
    }
    return 0;
  }

  private Demo build() {
    try {
      return new Demo(store, interval);
    } catch (UncheckedIOException failure) {
      throw new CommandFailure(
          "cannot create a sample store in %s: %s"
              .formatted(
                  System.getProperty("java.io.tmpdir"),
                  Objects.requireNonNull(failure.getCause()).getMessage()));
    }
  }
}

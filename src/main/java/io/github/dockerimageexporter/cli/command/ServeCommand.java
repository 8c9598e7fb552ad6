package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.option.CheckOptions;
import io.github.dockerimageexporter.cli.option.LogOptions;
import io.github.dockerimageexporter.cli.option.ServeOptions;
import io.github.dockerimageexporter.cli.option.StoreOptions;
import io.github.dockerimageexporter.cli.process.StopSignal;
import io.github.dockerimageexporter.logging.Logging;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Watches a data root and serves its metrics until it is told to stop.
@Command(
    name = "serve",
    description = "Watch Docker's image store and serve its metrics. The default command.")
final class ServeCommand implements Callable<Integer> {
  @Mixin private final StoreOptions store = new StoreOptions();
  @Mixin private final CheckOptions check = new CheckOptions();
  @Mixin private final ServeOptions serve = new ServeOptions();
  @Mixin private final LogOptions log = new LogOptions();

  @Override
  public Integer call() throws InterruptedException {
    SupportedMachine.require();
    Logging.setUp(log.level, log.format);
    try (var stop = new StopSignal();
        var _ = ExporterDaemon.start(store, check, serve)) {
      stop.await();
    }
    return 0;
  }
}

package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.option.CheckOptions;
import io.github.dockerimageexporter.cli.option.ServeOptions;
import io.github.dockerimageexporter.cli.option.StoreOptions;
import io.github.dockerimageexporter.cli.process.HangupSignal;
import io.github.dockerimageexporter.cli.process.HeapTrim;
import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.content.BackgroundScrub;
import io.github.dockerimageexporter.exporter.http.ExporterServer;
import io.github.dockerimageexporter.exporter.http.ServerOptions;
import io.github.dockerimageexporter.exporter.metrics.BuildInfo;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.refresh.Refresher;
import io.github.dockerimageexporter.store.DataRootProbe;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// The parts of the daemon, put together: the refresher learns, the server shows.
final class ExporterDaemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExporterDaemon.class);
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final Refresher refresher;
  private final ExporterServer server;
  private final HeapTrim heapTrim = HeapTrim.start();

  private ExporterDaemon(Refresher refresher, ExporterServer server) {
    this.refresher = refresher;
    this.server = server;
  }

  /// @throws CommandFailure if the address cannot be listened on, or a flag or the web config is
  ///     not good
  static ExporterDaemon start(StoreOptions store, CheckOptions check, ServeOptions serve) {
    var refresher = new Refresher(settings(store, check, serve), InstantSource.system());
    var daemon = new ExporterDaemon(refresher, server(serve, refresher, store.planCommand()));
    daemon.server.start();
    HangupSignal.handle(daemon.server::reload);
    DataRootProbe probe = DataRootProbe.at(store.dataRoot, store.containerd());
    LoggingEventBuilder listening =
        LOG.atInfo()
            .addKeyValue("version", BuildInfo.read().version())
            .addKeyValue("data_root", store.dataRoot)
            .addKeyValue("state", probe.state().label());
    if (!probe.drivers().isEmpty()) {
      listening = listening.addKeyValue("drivers", String.join(",", probe.drivers()));
    }
    listening.addKeyValue("port", daemon.server.port()).log("listening");
    refresher.start();
    return daemon;
  }

  private static Refresher.Settings settings(
      StoreOptions store, CheckOptions check, ServeOptions serve) {
    return new Refresher.Settings(
        store.dataRoot,
        store.containerd(),
        serve.interval,
        serve.debounce,
        serve.watchLimit,
        check.settle,
        check.grace,
        serve.usageInterval,
        serve.usageThreads,
        new BackgroundScrub.Settings(
            serve.scrubShape, serve.scrubContent, serve.scrubRate, serve.scrubInterval));
  }

  private static ExporterServer server(ServeOptions serve, Refresher refresher, PlanCommand plan) {
    try {
      return new ExporterServer(
          new ServerOptions(
              serve.listenAddress,
              serve.telemetryPath,
              serve.collectorOptions(),
              BuildInfo.read(),
              serve.webConfig,
              plan),
          refresher::latest,
          refresher::status,
          refresher::scanNow);
    } catch (IOException | IllegalArgumentException refused) {
      throw new CommandFailure(String.valueOf(refused.getMessage()));
    }
  }

  @Override
  public void close() {
    server.close(DRAIN);
    refresher.close();
    heapTrim.close();
  }
}

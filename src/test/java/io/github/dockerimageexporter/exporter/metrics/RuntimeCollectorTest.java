package io.github.dockerimageexporter.exporter.metrics;

import static org.awaitility.Awaitility.await;

import io.prometheus.client.hotspot.VersionInfoExports;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RuntimeCollectorTest {
  @Test
  void whatCouldNotBeLoadedIsLoadedByALaterScrape() {
    var failing = new AtomicBoolean(true);
    var runtime =
        new RuntimeCollector(
            () -> {
              if (failing.getAndSet(false)) {
                throw new OutOfMemoryError("planted");
              }
              return List.of(new VersionInfoExports());
            });

    await().ignoreExceptions().until(() -> !runtime.collect().isEmpty());
  }
}

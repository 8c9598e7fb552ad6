package io.github.dockerimageexporter.exporter.http;

import io.github.dockerimageexporter.exporter.metrics.BuildInfo;
import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.observation.RefreshStatus;
import java.time.Duration;
import java.util.Optional;

/// States of the refresh for tests.
public final class Statuses {
  public static final BuildInfo BUILD = new BuildInfo("1.2.3", "abc123");

  private Statuses() {}

  public static RefreshStatus good() {
    return new RefreshStatus(
        Optional.empty(),
        Optional.of(true),
        Optional.of(StoreFixture.NOON),
        Optional.of(Duration.ofMillis(1500)),
        7,
        1,
        true,
        42,
        0,
        3,
        9);
  }

  public static RefreshStatus beforeTheFirstScan() {
    return new RefreshStatus(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        false,
        0,
        0,
        0,
        0);
  }

  public static RefreshStatus ailing(String ailment) {
    return new RefreshStatus(
        Optional.of(ailment),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        false,
        0,
        0,
        0,
        0);
  }
}

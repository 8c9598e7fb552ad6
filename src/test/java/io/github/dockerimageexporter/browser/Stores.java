package io.github.dockerimageexporter.browser;

import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StorePart;

/// Stores as a small host has them, to be looked at.
final class Stores {
  static final String HOSTILE_NAME =
      "evil:<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

  private static final String BASE = "debian:74800000";
  private static final String CERTIFICATES = "certificates:9400000";
  private static final String RUNTIME = "runtime:211300000";

  private Stores() {}

  /// Three images share a base whose middle layer has lost its content.
  static Observation damaged() {
    return store()
        .withoutContent(StoreFixture.chain("debian", "certificates", "runtime"))
        .invalidImage("registry.example/batch")
        .reference("registry.example/batch:7", "registry.example/batch")
        .observation();
  }

  static Observation sound() {
    return store().observation();
  }

  /// The sound one before its directories are measured.
  static Observation unmeasured() {
    return images().observation();
  }

  static Observation partlyUnreadable() {
    return store().unknown(StorePart.MOUNTS).observation();
  }

  private static StoreFixture images() {
    var store = new StoreFixture();
    store.image(
        "shop",
        BASE,
        CERTIFICATES,
        RUNTIME,
        "shop-libs:48200000",
        "shop:3170000",
        "shop-conf:4200");
    store.image("shop-old", BASE, CERTIFICATES, RUNTIME, "shop-libs:48200000", "shop-1:3120000");
    store.image("billing", BASE, CERTIFICATES, RUNTIME, "billing:22600000");
    store.image("postgres", BASE, "locales:8200000", "postgres:312400000", "entry:12600");
    store.image("redis", BASE, "redis:41900000", "redis-entry:661");
    store.image("builder", BASE, "toolchain:1240000000");
    store.image("scratch", "busybox:4300000");
    store.reference("registry.example/shop:2.4", "shop");
    store.reference("registry.example/shop:latest", "shop");
    store.reference("registry.example/shop:2.3", "shop-old");
    store.reference("registry.example/billing:1.9.1", "billing");
    store.reference("postgres:16", "postgres");
    store.reference("redis:7-bookworm", "redis");
    store.reference(HOSTILE_NAME, "scratch");
    return store.container("shop-container", "shop").container("db", "postgres");
  }

  private static StoreFixture store() {
    StoreFixture store = images();
    measure(store, "debian", 74_800_000);
    measure(store, "certificates", 9_400_000);
    measure(store, "runtime", 211_300_000);
    measure(store, "shop-libs", 48_200_000);
    measure(store, "shop", 3_170_000);
    measure(store, "shop-conf", 4_200);
    measure(store, "shop-1", 3_120_000);
    measure(store, "billing", 22_600_000);
    measure(store, "locales", 8_200_000);
    measure(store, "postgres", 312_400_000);
    measure(store, "entry", 12_600);
    measure(store, "redis", 41_900_000);
    measure(store, "redis-entry", 661);
    measure(store, "toolchain", 1_240_000_000);
    measure(store, "busybox", 4_300_000);
    measure(store, "shop-container", 61_000_000);
    measure(store, "shop-container-init", 0);
    measure(store, "db", 240_000_000);
    measure(store, "db-init", 0);
    measure(store.directory("cache-1", Owner.BUILD_CACHE), "cache-1", 510_000_000);
    measure(store.directory("cache-2", Owner.BUILD_CACHE), "cache-2", 130_000_000);
    measure(store.directory("left", Owner.ORPHAN), "left", 88_000_000);
    return store;
  }

  private static void measure(StoreFixture store, String directory, long bytes) {
    store.measured(directory, bytes, bytes + 4096 - bytes % 4096 + 8192, 12);
  }
}

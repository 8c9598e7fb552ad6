package io.github.dockerimageexporter.browser;

import io.github.dockerimageexporter.bench.LargeStore;
import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.snapshot.DataRootState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the page may have to show.
enum Situation {
  SOUND,
  DAMAGED,
  UNMEASURED,
  PARTLY_UNREADABLE,
  WITHOUT_IMAGES,
  CONTAINERD,
  MISSING,
  UNREADABLE,
  EMPTY,
  BEFORE_THE_FIRST_SCAN,
  LARGE;

  Optional<Observation> seen() {
    return switch (this) {
      case SOUND -> Optional.of(Stores.sound());
      case DAMAGED -> Optional.of(Stores.damaged());
      case UNMEASURED -> Optional.of(Stores.unmeasured());
      case PARTLY_UNREADABLE -> Optional.of(Stores.partlyUnreadable());
      case WITHOUT_IMAGES -> Optional.of(new StoreFixture().observation());
      case CONTAINERD ->
          Optional.of(without(DataRootState.CONTAINERD, "Docker keeps its images in containerd"));
      case MISSING -> Optional.of(without(DataRootState.MISSING, "no such directory"));
      case UNREADABLE -> Optional.of(without(DataRootState.UNREADABLE, "image: permission denied"));
      case EMPTY -> Optional.of(without(DataRootState.EMPTY, "it contains no image store"));
      case BEFORE_THE_FIRST_SCAN -> Optional.empty();
      case LARGE -> Optional.of(LargeStore.observe(1_000, 10));
    };
  }

  /// A scan a moment ago, if there was one.
  RefreshStatus status() {
    boolean scanned = this != BEFORE_THE_FIRST_SCAN;
    return new RefreshStatus(
        Optional.empty(),
        scanned ? Optional.of(true) : Optional.empty(),
        scanned ? Optional.of(Instant.now().minusSeconds(12)) : Optional.empty(),
        scanned ? Optional.of(Duration.ofMillis(38)) : Optional.empty(),
        scanned ? 7 : 0,
        0,
        scanned,
        42,
        0,
        this == UNMEASURED ? 14 : 0,
        20);
  }

  /// What stands in the names of pictures.
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Observation without(DataRootState state, String detail) {
    return new Observation(
        StoreFixture.DATA_ROOT, state, detail, StoreFixture.NOON, List.of(), Map.of());
  }
}

package io.github.dockerimageexporter.fuzz;

import io.github.dockerimageexporter.refresh.StoreHistories;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same as `StoreHistoriesTest`, for as many histories as take a while, others each time. What
/// breaks one names its seed: `StoreHistories` follows it again.
///
/// The name ends neither in Test nor in IT: the profile `fuzz` runs it.
class StoreHistoriesFuzz {
  @TempDir private Path work;

  @Test
  void whoHasFollowedAStoreSaysOfItWhatOneSaysWhoSeesItForTheFirstTime() throws Exception {
    long firstSeed = System.currentTimeMillis();
    int count = Integer.getInteger("fuzz.histories", 1);
    StoreHistories.follow(work, count, firstSeed, Runtime.getRuntime().availableProcessors());
  }
}

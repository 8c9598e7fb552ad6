package io.github.dockerimageexporter.fuzz;

import io.github.dockerimageexporter.refresh.StoreHistories;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same as `StoreHistoriesTest`, for as many histories as take a while.
///
/// The name ends neither in Test nor in IT: the profile `fuzz` runs it.
class StoreHistoriesFuzz {
  private static final int COUNT = 10_000;
  private static final long FIRST_SEED = 1_000_000;

  @TempDir private Path work;

  @Test
  void whoHasFollowedAStoreSaysOfItWhatOneSaysWhoSeesItForTheFirstTime() throws Exception {
    StoreHistories.follow(work, COUNT, FIRST_SEED);
  }
}

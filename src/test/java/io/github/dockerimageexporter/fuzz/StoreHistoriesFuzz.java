package io.github.dockerimageexporter.fuzz;

import io.github.dockerimageexporter.refresh.StoreHistories;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same as `StoreHistoriesTest`, for as many histories as take a while, and on a disk, where a
/// new file may have the inode of one that is gone. They are the same each time in `bin/test`,
/// others in `bin/fuzz`; what breaks one names its seed, for `-Dfuzz.first.seed`.
///
/// The name ends neither in Test nor in IT: the profile `fuzz` runs it.
class StoreHistoriesFuzz {
  @TempDir private Path work;

  @Test
  void whoHasFollowedAStoreSaysOfItWhatOneSaysWhoSeesItForTheFirstTime() throws Exception {
    long firstSeed = Long.getLong("fuzz.first.seed", 1);
    int count = Integer.getInteger("fuzz.histories", 1);
    StoreHistories.follow(work, count, firstSeed, Runtime.getRuntime().availableProcessors());
  }
}

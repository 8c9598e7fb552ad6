package io.github.dockerimageexporter.refresh;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreHistoriesTest {
  private static final int COUNT = 150;

  @TempDir private Path work;

  @Test
  void whoHasFollowedAStoreSaysOfItWhatOneSaysWhoSeesItForTheFirstTime() throws Exception {
    StoreHistories.follow(work, COUNT, 1);
  }
}

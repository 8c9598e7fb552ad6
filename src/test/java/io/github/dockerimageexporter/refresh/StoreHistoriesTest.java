package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.engine.machine.MemoryDirectories;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As many as found every fault that they were to find; `bin/test` follows some hundred others
/// besides, and `bin/fuzz` 10,000.
class StoreHistoriesTest {
  private static final int COUNT = 60;

  @TempDir(factory = MemoryDirectories.class)
  private Path work;

  @Test
  void whoHasFollowedAStoreSaysOfItWhatOneSaysWhoSeesItForTheFirstTime() throws Exception {
    StoreHistories.follow(work, COUNT, 1, 1);
  }
}

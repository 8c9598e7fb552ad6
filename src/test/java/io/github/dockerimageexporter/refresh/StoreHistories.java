package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Holds what a scanner says that has followed a store from the beginning against what one says
/// that sees it for the first time: snapshot, report and text, the text as it is kept against one
/// that is rendered afresh. The same of what is read beside the scans, for one and the same
/// snapshot.
///
/// Since when something has lost its owner, only the first can know: no leftover is old enough to
/// be waste.
public final class StoreHistories {
  private static final int STEPS = 6;

  /// How many are followed in turn: what has changed in one step is older than a tick of the file
  /// system's clock by the next, so that it is taken over.
  private static final int IN_TURN = 20;

  private StoreHistories() {}

  /// Follows histories, each with other steps.
  ///
  /// @param work an empty directory
  /// @param firstSeed of as many, one after the other
  public static void follow(Path work, int count, long firstSeed, int threads) throws Exception {
    Path healthy = work.resolve("healthy");
    StoreHistory.begin(healthy);
    var turns = new ArrayList<Callable<Path>>();
    for (int begun = 0; begun < count; begun += IN_TURN) {
      long seed = firstSeed + begun;
      int more = Math.min(IN_TURN, count - begun);
      turns.add(() -> followInTurn(healthy, work.resolve("from-" + seed), seed, more));
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Path> turn : turns.stream().map(pool::submit).toList()) {
        run("rm", "-rf", "--", turn.get().toString());
      }
    } finally {
      pool.shutdownNow();
      pool.close();
    }
  }

  private static Path followInTurn(Path healthy, Path copies, long firstSeed, int count)
      throws Exception {
    Files.createDirectory(copies);
    var settled = new ArrayList<FollowedHistory>();
    var all = new ArrayList<FollowedHistory>();
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      Path own = Files.createDirectory(copies.resolve(String.valueOf(seed)));
      run("cp", "-a", healthy.toString(), own.resolve("docker").toString());
      var history = new FollowedHistory(own.resolve("docker"), seed);
      all.add(history);
      if (seed % 4 < 2) {
        settled.add(history);
      }
    }
    for (int step = 0; step < STEPS; step++) {
      settled.forEach(FollowedHistory::change);
      for (FollowedHistory history : all) {
        if (!settled.contains(history)) {
          history.change();
        }
        history.compare();
      }
    }
    for (FollowedHistory history : all) {
      history.close();
    }
    return copies;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).describedAs(String.join(" ", List.of(command))).isZero();
  }
}

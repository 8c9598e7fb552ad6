package io.github.dockerimageexporter.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Workers that do operations side by side, each in an order of its own by chance: one round after
/// the other, in each of which every operation has its turn as often as its weight says.
final class Crowd implements AutoCloseable {
  /// Longer than any of them takes, unless it hangs.
  private static final Duration LAST_OPERATION = Duration.ofMinutes(2);

  private final List<Operation> operations;
  private final Journal journal;
  private final ExecutorService workers;
  private final int size;
  private final long seed;

  /// Held for reading by whoever is at work.
  private final ReadWriteLock work = new ReentrantReadWriteLock(true);

  private volatile boolean stopped;

  /// @param operations what the workers do
  /// @param seed decides on every worker's order and choices
  Crowd(int size, List<Operation> operations, Journal journal, long seed) {
    this.operations =
        operations.stream()
            .flatMap(operation -> Collections.nCopies(operation.weight(), operation).stream())
            .toList();
    this.journal = journal;
    this.workers = Executors.newFixedThreadPool(size);
    this.size = size;
    this.seed = seed;
  }

  void start() {
    for (int worker = 0; worker < size; worker++) {
      var random = new Random(seed + worker);
      workers.execute(() -> work(random));
    }
  }

  /// Waits until no worker has anything under way, and runs `act` before they go on.
  void whileIdle(Idle act) throws IOException, InterruptedException {
    work.writeLock().lock();
    runLocked(act);
  }

  /// The same, unless a worker has something under way for longer than `limit`.
  ///
  /// @return whether it was done
  boolean whileIdle(Duration limit, Idle act) throws IOException, InterruptedException {
    if (!work.writeLock().tryLock(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      return false;
    }
    runLocked(act);
    return true;
  }

  private void runLocked(Idle act) throws IOException, InterruptedException {
    try {
      act.run();
    } finally {
      work.writeLock().unlock();
    }
  }

  /// What is done while no worker is at work.
  @FunctionalInterface
  interface Idle {
    void run() throws IOException, InterruptedException;
  }

  /// Lets each worker end what it has under way, and ends what does not come to its end.
  @Override
  public void close() {
    stopped = true;
    workers.shutdown();
    try {
      if (!workers.awaitTermination(LAST_OPERATION.toSeconds(), TimeUnit.SECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void work(Random random) {
    var round = new ArrayList<Operation>();
    while (!stopped) {
      if (round.isEmpty()) {
        round.addAll(operations);
        Collections.shuffle(round, random);
      }
      work.readLock().lock();
      try {
        run(round.removeLast(), random);
      } finally {
        work.readLock().unlock();
      }
    }
  }

  private void run(Operation operation, Random random) {
    int number = journal.begin(operation.name());
    try {
      operation.act().run(random);
      journal.end(number, Optional.empty());
    } catch (IOException refused) {
      journal.end(number, Optional.of(String.valueOf(refused.getMessage()).strip()));
    } catch (InterruptedException unexpected) {
      stopped = true;
    }
  }
}

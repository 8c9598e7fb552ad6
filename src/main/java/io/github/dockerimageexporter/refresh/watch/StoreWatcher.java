package io.github.dockerimageexporter.refresh.watch;

import io.github.dockerimageexporter.store.WatchedRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Tells that something in the store has changed, as far and as long as the kernel lets it.
///
/// It is a signal to scan, never a source of facts: what is lost in it is found by the scan that
/// comes with every interval. The same scan has the watch supervised, which mends what it can.
public final class StoreWatcher implements AutoCloseable {
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration EXHAUSTED_PAUSE = Duration.ofMinutes(5);

  private final Supplier<List<WatchedRoot>> roots;
  private final int limit;
  private final LongSupplier nanoTime;
  private final WatchSignal signal;
  private final WatchLog log = new WatchLog();
  private final Backoff mending = new Backoff(SHORTEST_PAUSE, LONGEST_PAUSE);
  private final Backoff exhausted = new Backoff(EXHAUSTED_PAUSE, EXHAUSTED_PAUSE);
  private volatile Optional<WatchSession> session = Optional.empty();
  private volatile boolean complete;
  private Set<Path> suspected = Set.of();
  private boolean watchedObjects = true;
  private long recountAt;
  private boolean closed;

  /// @param roots what is to be watched now, some of it perhaps absent
  /// @param limit directories watched at most; the store's own few always are, whatever it is
  /// @param dirty called, from any thread and any number of times, when something has changed
  ///     or the watch was lost; must be quick
  public StoreWatcher(Supplier<List<WatchedRoot>> roots, int limit, Runnable dirty) {
    this(roots, limit, dirty, System::nanoTime);
  }

  StoreWatcher(
      Supplier<List<WatchedRoot>> roots, int limit, Runnable dirty, LongSupplier nanoTime) {
    this.roots = roots;
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.signal = new WatchSignal(dirty);
  }

  /// Returns when the watch stands, so that a scan which follows misses nothing, or when it is
  /// clear that it does not stand for now; which is logged, never thrown.
  public void start() {
    supervise();
  }

  /// Holds the watch against the directories that are there now, and mends it.
  ///
  /// To be called at the start of every scan: what changed while there was no watch is then seen by
  /// that scan. Costs a list of the watched directories.
  public synchronized void supervise() {
    if (closed) {
      return;
    }
    try {
      mend(nanoTime.getAsLong());
    } catch (IOException e) {
      end();
      log.lost(WatchFailure.reason(e));
    }
  }

  /// What has changed since this was last asked for; empty if it may be more than the watch tells.
  ///
  /// To be called at the start of a scan, after [#supervise]: what changes from then on is told the
  /// next time.
  public Optional<Set<Path>> takeChanges() {
    Optional<Set<Path>> taken = signal.changes.take();
    return up() ? taken : Optional.empty();
  }

  /// Whether every directory that should be watched is.
  public boolean up() {
    return complete && session.filter(WatchSession::isSound).isPresent();
  }

  /// Whether the directories of single layers, images and mounts are watched too, so that edits in
  /// place are signalled.
  public boolean watchesLayers() {
    return session.filter(WatchSession::watchesObjects).isPresent();
  }

  /// Events received, those without meaning included.
  public long events() {
    return signal.events.sum();
  }

  /// How many times events were lost.
  public long overflows() {
    return signal.overflows.sum();
  }

  @Override
  public synchronized void close() {
    closed = true;
    end();
  }

  private void mend(long now) throws IOException {
    List<WatchedRoot> wanted = roots.get();
    List<WatchedRoot> present =
        wanted.stream().filter(root -> Files.isDirectory(root.path())).toList();
    if (present.isEmpty()) {
      mending.reset();
      throw new NoSuchFileException(wanted.getFirst().path().toString());
    }
    if (isSound(present, now)) {
      stand(session.orElseThrow(), wanted);
      mending.reset();
    } else if (mending.isDue(now)) {
      mending.attempt(now);
      end();
      WatchSession opened = open(present, now);
      session = Optional.of(opened);
      stand(opened, wanted);
      if (complete && opened.unwatched().isEmpty()) {
        mending.reset();
      }
    }
  }

  /// Says how far the watch reaches of what is `wanted`.
  private void stand(WatchSession current, List<WatchedRoot> wanted) {
    Optional<String> refused =
        current.refused().stream().min(Path::compareTo).map(path -> path + " cannot be read");
    Optional<String> lacking =
        wanted.stream()
            .filter(root -> !current.roots().contains(root))
            .map(root -> root.path() + " is gone")
            .findFirst()
            .or(() -> refused);
    complete = lacking.isEmpty();
    if (complete) {
      log.stands(current.roots(), current.directories());
    } else {
      log.lost(lacking.orElseThrow());
    }
    reportObjects(current.watchesObjects());
  }

  private boolean isSound(List<WatchedRoot> present, long now) throws IOException {
    if (session.isEmpty()) {
      return false;
    }
    WatchSession current = session.get();
    Optional<String> ending = current.ending();
    if (ending.isPresent()) {
      complete = false;
      log.lost(ending.get());
      return false;
    }
    return current.isSound()
        && current.roots().equals(present)
        && current.refused().isEmpty()
        && current.watchesObjects() == affordsObjects(present, now)
        && hasEveryDirectory(current);
  }

  /// A directory counts as unwatched when two scans find it so, as its creation may still have
  /// to be told; but a root's is never told.
  private boolean hasEveryDirectory(WatchSession current) throws IOException {
    Set<Path> unwatched = current.unwatched();
    boolean confirmed =
        current.roots().stream().map(WatchedRoot::path).anyMatch(unwatched::contains)
            || !Collections.disjoint(unwatched, suspected);
    boolean another = !suspected.containsAll(unwatched);
    suspected = unwatched;
    if (confirmed) {
      complete = false;
      log.lost(unwatched.stream().min(Path::compareTo).orElseThrow() + " was replaced");
    } else if (another) {
      signal.changes.lose();
      signal.raise();
    }
    return !confirmed;
  }

  private WatchSession open(List<WatchedRoot> present, long now) throws IOException {
    if (affordsObjects(present, now)) {
      try {
        var opened = new WatchSession(present, true, limit, signal);
        exhausted.reset();
        return opened;
      } catch (IOException e) {
        if (!WatchFailure.isOutOfWatches(e)) {
          throw e;
        }
        exhausted.attempt(now);
      }
    }
    return new WatchSession(present, false, limit, signal);
  }

  /// Coming back takes a tenth less than the limit, so that a store at the limit is not watched
  /// anew with every layer.
  private boolean affordsObjects(List<WatchedRoot> present, long now) throws IOException {
    if (!exhausted.isDue(now)) {
      return false;
    }
    if (session.filter(WatchSession::watchesObjects).isPresent()) {
      return !session.get().isOverLimit();
    }
    return areAtMost(present, watchedObjects ? limit : limit - limit / 10);
  }

  /// Counts the directories to watch, unless too few have gone since they were last counted: each
  /// that goes is an event.
  private boolean areAtMost(List<WatchedRoot> present, int allowed) throws IOException {
    long counted = events();
    if (counted < recountAt) {
      return false;
    }
    int count = WatchRegistry.count(present);
    recountAt = counted + Math.max(0, count - allowed);
    return count <= allowed;
  }

  private void end() {
    signal.changes.lose();
    session.ifPresent(WatchSession::close);
    session = Optional.empty();
    complete = false;
    suspected = Set.of();
    recountAt = 0;
  }

  private void reportObjects(boolean watched) {
    if (watched != watchedObjects) {
      watchedObjects = watched;
      if (watched) {
        WatchLog.watchesObjects();
      } else {
        WatchLog.leavesObjects(whyNoObjects());
      }
    }
  }

  private String whyNoObjects() {
    return exhausted.isDue(nanoTime.getAsLong())
        ? "more than %d directories (--watch.limit)".formatted(limit)
        : WatchFailure.OUT_OF_WATCHES;
  }
}

package io.github.dockerimageexporter.refresh.watch;

import io.github.dockerimageexporter.store.WatchedRoot;
import io.github.dockerimageexporter.store.file.WatchedTree;
import io.methvin.watcher.DirectoryChangeEvent;
import io.methvin.watcher.DirectoryChangeEvent.EventType;
import io.methvin.watcher.DirectoryChangeListener;
import io.methvin.watcher.DirectoryWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future.State;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One life of the library's watcher: registered when it is opened, and closed rather than mended.
///
/// It is sound until it has missed something, from when on only a new one knows every directory:
///
/// | what happens                       | what the library does                               |
/// |------------------------------------|-----------------------------------------------------|
/// | more events than the queue holds   | [NullPointerException] in place of `OVERFLOW`        |
/// | no watch left for a new directory  | [IOException], the directory's own event is lost     |
/// | every watched directory is removed | its loop ends and says nothing                      |
/// | a root is missing at the start     | it waits for ever, watching nothing                 |
final class WatchSession implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;
  private static final Executor THREAD =
      loop -> Thread.ofPlatform().name("store-watcher").daemon().start(loop);

  static {
    // The JDK reads it once. As many as the kernel queues (fs.inotify.max_queued_events); the
    // default of 512 for a directory overflows in a pull.
    String queue = "jdk.nio.file.WatchService.maxEventsPerPoll";
    if (System.getProperty(queue) == null) {
      System.setProperty(queue, "16384");
    }
  }

  private final List<WatchedRoot> roots;
  private final WatchRegistry registry;
  private final WatchSignal signal;
  private final DirectoryWatcher watcher;
  private final CompletableFuture<Void> loop;
  private volatile boolean flawed;
  private volatile boolean closing;

  /// Returns when every directory is registered; what changes from then on is signalled.
  ///
  /// @param objects whether directories of single objects are watched, `limit` in all at most
  /// @throws IOException if no root can be watched or inotify's limits are reached
  WatchSession(List<WatchedRoot> roots, boolean objects, int limit, WatchSignal signal)
      throws IOException {
    this.roots = roots;
    this.signal = signal;
    registry = new WatchRegistry(roots, objects, limit);
    watcher =
        DirectoryWatcher.builder()
            .paths(paths(roots))
            .fileHashing(false)
            .fileTreeVisitor(registry)
            .listener(new Listener())
            .build();
    loop = watcher.watchAsync(THREAD);
    Optional<IOException> failure = failure();
    if (failure.isPresent()) {
      close();
      throw failure.get();
    }
    var _ = loop.whenComplete((_, _) -> ended());
  }

  /// Whether it runs and has missed nothing.
  boolean isSound() {
    return !flawed && !loop.isDone();
  }

  /// How it ended, if it has.
  Optional<String> ending() {
    return switch (loop.state()) {
      case RUNNING -> Optional.empty();
      case SUCCESS, CANCELLED -> Optional.of("every watched directory was removed");
      case FAILED -> Optional.of(loop.exceptionNow().toString());
    };
  }

  /// What is watched.
  List<WatchedRoot> roots() {
    return roots;
  }

  /// Whether directories of single objects are watched too.
  boolean watchesObjects() {
    return registry.objects();
  }

  boolean isOverLimit() {
    return registry.overLimit();
  }

  int directories() {
    return registry.size();
  }

  Set<Path> refused() {
    return registry.refused();
  }

  /// The directories that should be watched and are not; see [WatchRegistry#unregistered].
  Set<Path> unwatched() throws IOException {
    return registry.unregistered();
  }

  /// Ends the watch and waits for its thread.
  @Override
  public void close() {
    closing = true;
    try {
      watcher.close();
      loop.get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException ended) {
      // How a loop ended that is no longer wanted is of no interest; its thread is a daemon.
    }
  }

  private Optional<IOException> failure() {
    if (loop.state() != State.FAILED) {
      return paths(roots).stream().anyMatch(registry::contains)
          ? Optional.empty()
          : Optional.of(absence(roots.getFirst().path()));
    }
    Throwable cause = loop.exceptionNow();
    return Optional.of(
        cause.getCause() instanceof IOException failure
            ? failure
            : new IOException(paths(roots) + ": cannot be watched", cause));
  }

  private IOException absence(Path root) {
    return registry.refused().contains(root)
        ? new AccessDeniedException(root.toString())
        : new NoSuchFileException(root.toString());
  }

  private static List<Path> paths(List<WatchedRoot> roots) {
    return roots.stream().map(WatchedRoot::path).toList();
  }

  private void ended() {
    if (!closing) {
      signal.changes.lose();
      signal.raise();
    }
  }

  /// Marks the session as no longer to be trusted.
  private void flaw() {
    flawed = true;
    signal.changes.lose();
    signal.raise();
  }

  private final class Listener implements DirectoryChangeListener {
    @Override
    public void onEvent(DirectoryChangeEvent event) {
      signal.events.increment();
      Path path = event.path();
      signal.changes.add(path);
      if (WatchedTree.isNoise(path.getFileName().toString())) {
        return;
      }
      if (event.eventType() == EventType.DELETE) {
        registry.forget(path);
      }
      // A watch follows its directory when that is renamed, and goes on telling the old path.
      if (registry.containsParent(path)) {
        signal.raise();
      }
    }

    @Override
    public void onException(Exception e) {
      if (e instanceof ClosedWatchServiceException && closing) {
        return;
      }
      if (e instanceof NullPointerException && !flawed) {
        signal.overflows.increment();
      }
      flaw();
    }
  }
}

package io.github.dockerimageexporter.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sample store that keeps changing: an image comes, a chain breaks and heals, an image goes.
///
/// It lives in a temporary directory of its own, which closing deletes.
public final class Demo implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Demo.class);

  /// A change of the store, and the sentence that tells of it.
  record Step(String sentence, Runnable change) {}

  /// A sample store, and what happens to it in a round.
  interface Story {
    Path dataRoot();

    /// After the last, the store is as it was before the first.
    List<Step> steps();
  }

  private final Path home;
  private final Duration interval;
  private final Story story;
  private final Thread thread;
  private int next;

  /// Builds the store; nothing changes before the start.
  ///
  /// @param kind which kind of store it is
  /// @param interval the time from one step to the next
  /// @throws UncheckedIOException if the disk does not take it; then nothing is left of it
  public Demo(StoreKind kind, Duration interval) {
    this.interval = interval;
    home = temporaryDirectory();
    story = build(kind, home);
    thread = Thread.ofPlatform().name("demo").daemon().unstarted(this::keepChanging);
  }

  /// The kinds of store that there is a demo of, by what the command line calls them.
  public enum StoreKind {
    graphdriver,
    containerd
  }

  private static Story build(StoreKind kind, Path home) {
    try {
      return switch (kind) {
        case graphdriver -> new GraphDriverStory(home);
        case containerd -> new ContainerdStory(home);
      };
    } catch (UncheckedIOException full) {
      StoreFiles.delete(home);
      throw full;
    }
  }

  public Path dataRoot() {
    return story.dataRoot();
  }

  public void start() {
    thread.start();
    LOG.atInfo()
        .addKeyValue("data_root", dataRoot())
        .addKeyValue("interval_seconds", interval.toSeconds())
        .log("changing the sample store");
  }

  /// Takes the next step; after the last comes the first.
  void step() {
    Step step = story.steps().get(next % story.steps().size());
    step.change().run();
    LOG.info(step.sentence());
    next++;
  }

  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    StoreFiles.delete(home);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// A step that fails, of a full disk for instance, is taken again; the log says so once.
  private void keepChanging() {
    boolean failing = false;
    try {
      while (true) {
        Thread.sleep(interval);
        failing = !attemptStep(failing);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean attemptStep(boolean failing) {
    try {
      step();
      return true;
    } catch (RuntimeException failure) {
      if (!failing) {
        LOG.error("failed to change the sample store; trying again", failure);
      }
      return false;
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("docker-image-exporter-demo-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.github.dockerimageexporter.demo;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sample store that keeps changing: an image comes, a chain breaks and heals, an image goes.
///
/// It lives in a temporary directory of its own, which closing deletes.
public final class Demo implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
  private static final ChainId RUNTIME = SampleStore.chainId("base", "runtime");
  private static final CacheId SHOP = SampleStore.cacheId("base", "runtime", "shop-1");

  /// A change of the store, and the sentence that tells of it.
  private record Step(String sentence, Runnable change) {}

  private final Path home;
  private final Duration interval;
  private final SampleStore store;
  private final Thread thread;
  private final List<Step> steps =
      List.of(
          new Step("Image shop:2 is added; it shares two layers with shop:1", this::addImage),
          new Step("The diff ID of a layer below both shops is edited", this::editDiffId),
          new Step("The diff ID is restored", this::restoreDiffId),
          new Step("The content of the topmost layer of shop:1 is moved away", this::hideContent),
          new Step("The content is moved back", this::restoreContent),
          new Step(
              "Image shop:2 is removed, with the one layer that only it used", this::removeImage));
  private Optional<ImageId> newShop = Optional.empty();
  private int next;

  /// Builds the store; nothing changes before the start.
  ///
  /// @param interval the time from one step to the next
  /// @throws UncheckedIOException if the disk does not take it; then nothing is left of it
  public Demo(Duration interval) {
    this.interval = interval;
    home = temporaryDirectory();
    store = build(home);
    thread = Thread.ofPlatform().name("demo").daemon().unstarted(this::keepChanging);
  }

  private static SampleStore build(Path home) {
    try {
      var store = new SampleStore(home.resolve("docker"));
      store.image("base:1", "base");
      ImageId shop = store.image("shop:1", "base", "runtime", "shop-1");
      store.tag("shop:latest", shop);
      store.container("shop", shop);
      store.image("localhost:5000/tool:3", "base", "compiler", "tool");
      return store;
    } catch (UncheckedIOException full) {
      StoreFiles.delete(home);
      throw full;
    }
  }

  public Path dataRoot() {
    return store.dataRoot();
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
    Step step = steps.get(next % steps.size());
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

  private void addImage() {
    newShop = Optional.of(store.image("shop:2", "base", "runtime", "shop-2"));
  }

  private void removeImage() {
    newShop.ifPresent(store::remove);
    newShop = Optional.empty();
  }

  private void editDiffId() {
    writeDiffId("edited");
  }

  private void restoreDiffId() {
    writeDiffId("runtime");
  }

  private void writeDiffId(String word) {
    Path diff = store.layer(RUNTIME).resolve("diff");
    StoreFiles.replace(diff, SampleStore.diffId(word).toString(), StoreFiles.PUBLIC_FILE);
  }

  private void hideContent() {
    StoreFiles.rename(store.content(SHOP), hidden());
  }

  private void restoreContent() {
    StoreFiles.rename(hidden(), store.content(SHOP));
  }

  private Path hidden() {
    return home.resolve("hidden");
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("docker-image-exporter-demo-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.github.dockerimageexporter.fuzz;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A healthy store, of which one file at a time has another content for the time of a scan.
final class HostileStore {
  private final Path dataRoot;
  private final SampleStore store;
  private final ImageId image;
  private final String container;

  HostileStore(Path dataRoot) {
    this.dataRoot = dataRoot;
    this.store = new SampleStore(dataRoot);
    ImageId base = store.image("base:1", "base");
    this.image = store.image("app:1", "base", "app");
    store.parent(image, base);
    store.image("other:1", "base", "other");
    this.container = store.container("web", image);
  }

  Path repositories() {
    return store.repositories();
  }

  Path config() {
    return store.config(image);
  }

  Path metadata() {
    return store.metadata(image);
  }

  Path layer() {
    return store.layer(SampleStore.chainId("base", "app"));
  }

  /// The driver's directory of [#layer].
  Path directory() {
    return dataRoot.resolve("overlay2").resolve(SampleStore.cacheId("base", "app").value());
  }

  Path mount() {
    return store.mount(container);
  }

  Path containerConfig() {
    return store.container(container).resolve("config.v2.json");
  }

  Path buildCache() {
    return dataRoot.resolve("buildkit/snapshots.db");
  }

  /// What `reading` says while `file` holds `content`.
  List<String> with(Path file, byte[] content, Reading reading) throws IOException {
    boolean isThere = Files.exists(file);
    byte[] before = isThere ? Files.readAllBytes(file) : new byte[0];
    Files.write(file, content);
    try {
      return reading.read();
    } finally {
      if (isThere) {
        Files.write(file, before);
      } else {
        Files.delete(file);
      }
    }
  }

  /// Reads a file, and says what there is to say of it.
  @FunctionalInterface
  interface Reading {
    List<String> read() throws IOException;
  }

  /// What a scan of the whole store says.
  List<String> scan() {
    StoreSnapshot snapshot =
        new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst();
    List<Problem> problems = Checking.problems(snapshot, Instant.MAX);
    ObservedStore observed = Checking.observe(snapshot, problems);
    var inventory = new Inventory(observed);

    var texts = new ArrayList<String>(snapshot.unreadable().reasons().values());
    for (Image image : snapshot.images().values()) {
      texts.add(inventory.sizes().sizeOf(image).toString());
      texts.add(inventory.freeableBytesOf(image).toString());
    }
    texts.add(observed.consistency().inconsistentLayers().toString());
    for (Problem problem : problems) {
      texts.add(problem.path());
      texts.add(Explanation.message(problem));
    }
    return texts;
  }
}

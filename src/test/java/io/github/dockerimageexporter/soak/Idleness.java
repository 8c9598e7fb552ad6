package io.github.dockerimageexporter.soak;

import static java.util.stream.Collectors.toSet;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.DockerEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.core.ConditionTimeoutException;

/// What the exporter may say of an engine that is idle: nothing, but for what Docker has lost.
///
/// Docker does lose something: builds of the same step side by side, with prunes between them,
/// leave directories and layers that none of its databases names, and 26.1 leaves mounts of
/// containers that are gone. What it has not lost it removes once it is told to remove everything.
/// So whatever was called waste while the engine was idle must still be there then, and what is
/// there then must have been called waste.
final class Idleness {
  /// What was found at work, its confirmation, and a scan of what came after.
  private static final int SCANS = 3;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final DockerEngine engine;
  private final Watch watch;
  private final Losses losses;
  private final Map<String, String> claims = new TreeMap<>();
  private int proven;

  Idleness(DockerEngine engine, Watch watch, Losses losses) {
    this.engine = engine;
    this.watch = watch;
    this.losses = losses;
  }

  /// How many claims of waste have been proven so far.
  int proven() {
    return proven;
  }

  /// Waits until all scans agree on what the exporter says, and keeps that as its claims.
  void scan(String state) throws InterruptedException {
    double before = watch.scans();
    try {
      await("scans of an engine that is " + state)
          .atMost(LIMIT)
          .until(() -> watch.scans() >= Math.max(before, watch.lastChange()) + SCANS);
    } catch (ConditionTimeoutException restless) {
      watch.violated("engine is %s, and yet it keeps changing: %s".formatted(state, watch.known()));
    }
    // A layer that nothing uses may be used again.
    claims.values().removeIf("layer_unreferenced"::equals);
    claims.putAll(watch.known());
  }

  /// Lets the engine remove all that it knows, stops it, and compares what is left with the claims.
  void prove() throws IOException, InterruptedException {
    for (String container : engine.docker("ps", "--all", "--quiet").lines().toList()) {
      engine.docker("rm", "--force", container);
    }
    losses.mend();
    engine.docker("system", "prune", "--all", "--force");
    engine.stop();
    for (String claim : claims.keySet()) {
      if (!Files.exists(engine.dataRoot().resolve(claim), LinkOption.NOFOLLOW_LINKS)) {
        watch.violated("called waste, and yet in use: " + claims.get(claim) + " at " + claim);
      }
    }
    proven += claims.size();
    scan("empty");
    compare("orphan_directory", leftDirectories());
    compare("mount_unowned", leftMounts());
  }

  private void compare(String problem, Set<String> left) throws InterruptedException {
    Set<String> called =
        watch.known().entrySet().stream()
            .filter(known -> known.getValue().equals(problem))
            .map(Map.Entry::getKey)
            .collect(toSet());
    if (!left.equals(called)) {
      watch.violated("left %s, and called %s %s".formatted(left, problem, called));
    }
  }

  /// The driver's directories that no layer or mount names, and that no layer's directory stands
  /// on.
  private Set<String> leftDirectories() throws IOException {
    Path root = engine.dataRoot();
    Set<String> left = below("overlay2", "?????*");
    for (String mount : leftMounts()) {
      for (String name : List.of("mount-id", "init-id")) {
        left.remove("overlay2/" + Files.readString(root.resolve(mount).resolve(name)));
      }
    }
    try (var layers =
        Files.newDirectoryStream(root.resolve("image/overlay2/layerdb/sha256"), "*")) {
      for (Path layer : layers) {
        String directory = "overlay2/" + Files.readString(layer.resolve("cache-id"));
        left.remove(directory);
        left.removeAll(stoodOn(root.resolve("overlay2"), root.resolve(directory)));
      }
    }
    left.remove("overlay2/backingFsBlockDev");
    return left;
  }

  /// The mounts that containers had; those of builds have no init layer.
  private Set<String> leftMounts() throws IOException {
    Set<String> mounts = below("image/overlay2/layerdb/mounts", "*");
    mounts.removeIf(mount -> !Files.exists(engine.dataRoot().resolve(mount).resolve("init-id")));
    return mounts;
  }

  /// The paths of what is in a directory of the data root, and matches.
  private Set<String> below(String directory, String glob) throws IOException {
    Path root = engine.dataRoot();
    var paths = new TreeSet<String>();
    try (var entries = Files.newDirectoryStream(root.resolve(directory), glob)) {
      entries.forEach(entry -> paths.add(root.relativize(entry).toString()));
    }
    return paths;
  }

  /// The directories whose short names, links to `../<name>/diff`, a layer's lists in `lower`.
  private static Set<String> stoodOn(Path home, Path directory) throws IOException {
    Path lower = directory.resolve("lower");
    var stoodOn = new TreeSet<String>();
    if (Files.exists(lower)) {
      for (String link : Files.readString(lower).split(":", -1)) {
        stoodOn.add("overlay2/" + Files.readSymbolicLink(home.resolve(link)).getName(1));
      }
    }
    return stoodOn;
  }
}

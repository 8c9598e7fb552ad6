package io.github.dockerimageexporter.soak;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What a graph driver has left: directories that no layer or mount names, and mounts. Docker never
/// finds them again, so that what was called waste must be among it.
record GraphDriverRemains(Path root) implements Remains {
  @Override
  public void ask() {}

  @Override
  public List<String> disproven(Map<String, String> claims) {
    return claims.entrySet().stream()
        .filter(claim -> !Files.exists(root.resolve(claim.getKey()), LinkOption.NOFOLLOW_LINKS))
        .map(claim -> "called waste, and yet in use: " + claim.getValue() + " at " + claim.getKey())
        .toList();
  }

  @Override
  public List<String> contradictions(Watch watch) throws IOException {
    return Stream.concat(
            compare(watch, "orphan_directory", leftDirectories()),
            compare(watch, "mount_unowned", leftMounts()))
        .toList();
  }

  private static Stream<String> compare(Watch watch, String problem, Set<String> left) {
    Set<String> called =
        watch.known().entrySet().stream()
            .filter(known -> known.getValue().equals(problem))
            .map(Map.Entry::getKey)
            .collect(toSet());
    return left.equals(called)
        ? Stream.of()
        : Stream.of("left %s, and called %s %s".formatted(left, problem, called));
  }

  /// The driver's directories that no layer or mount names, and that no layer's directory stands
  /// on.
  private Set<String> leftDirectories() throws IOException {
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
    mounts.removeIf(mount -> !Files.exists(root.resolve(mount).resolve("init-id")));
    return mounts;
  }

  /// The paths of what is in a directory of the data root, and matches.
  private Set<String> below(String directory, String glob) throws IOException {
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

package io.github.dockerimageexporter.store.containerd;

import static io.github.dockerimageexporter.store.file.WatchedTree.object;
import static io.github.dockerimageexporter.store.file.WatchedTree.store;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.WatchedTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds containerd's root directory.
///
/// | where                                              | when                                    |
/// |----------------------------------------------------|-----------------------------------------|
/// | what the settings say                              | they say it                             |
/// | `containerd/daemon` in the data root               | it has something of containerd          |
/// | `root` in `/etc/containerd/config.toml`, else      | the data root has traces of a store in  |
/// | `/var/lib/containerd`                              | containerd                              |
///
/// Source: moby, `daemon/command/daemon_unix.go`; containerd, `defaults/defaults_unix.go`.
///
/// @param top where `etc` and `var` are
public record HomeSearch(Path top) {
  public static final HomeSearch OF_THIS_HOST = new HomeSearch(Path.of("/"));

  /// What tells of changes in containerd's root: its two databases, which are written in place, the
  /// blobs, and the snapshots. Those of `native` are containers' own directories.
  public static final WatchedTree HOME =
      store(
          "",
          store("io\\.containerd\\.metadata\\.v1\\.bolt"),
          store("io\\.containerd\\.content\\.v1\\.content", store("blobs", store("sha256"))),
          store("io\\.containerd\\.snapshotter\\.v1\\.native", store("snapshots")),
          store("io\\.containerd\\.snapshotter\\.v1\\..+", store("snapshots", object("[0-9]+"))));

  /// The same below a daemon's root.
  public static final WatchedTree WATCHED = store("containerd", store("daemon", HOME.below()));

  private static final String OWN = "containerd/daemon";
  private static final String PLUGIN = "io.containerd.";
  private static final Pattern ROOT = Pattern.compile("\\s*root\\s*=\\s*([\"'])(/.*)\\1.*");
  private static final Pattern TABLE = Pattern.compile("\\s*\\[.*");

  /// Where containerd's root is: in the data root, or elsewhere.
  public sealed interface Place {
    /// Where that is.
    Path in(Path dataRoot);
  }

  /// In the data root.
  ///
  /// @param path relative to that
  public record Inside(String path) implements Place {
    @Override
    public Path in(Path dataRoot) {
      return dataRoot.resolve(path);
    }
  }

  /// Anywhere else.
  ///
  /// @param path absolute
  public record Outside(Path path) implements Place {
    @Override
    public Path in(Path dataRoot) {
      return path;
    }
  }

  /// Where containerd's root is; empty if none was found.
  ///
  /// @param prefix what leads from the data root to the daemon's own root, with its slash, or
  ///     nothing
  public Optional<Place> find(
      RootDirectory root, String prefix, ContainerdSettings settings, boolean traces)
      throws IOException {
    if (settings.root().isPresent()) {
      return settings.root().map(path -> place(root, path));
    }
    if (isHome(root, prefix + OWN)) {
      return Optional.of(new Inside(prefix + OWN));
    }
    return traces
        ? Optional.of(packaged()).filter(HomeSearch::isHome).map(Outside::new)
        : Optional.empty();
  }

  private static Place place(RootDirectory root, Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path dataRoot = root.path().toAbsolutePath().normalize();
    return absolute.startsWith(dataRoot) && !absolute.equals(dataRoot)
        ? new Inside(dataRoot.relativize(absolute).toString())
        : new Outside(absolute);
  }

  /// The root of a containerd that runs by itself.
  private Path packaged() {
    Path configured = top.resolve("etc/containerd/config.toml");
    try (Stream<String> lines = Files.lines(configured)) {
      return lines
          .takeWhile(line -> !TABLE.matcher(line).matches())
          .map(ROOT::matcher)
          .filter(Matcher::matches)
          .map(match -> Path.of(match.group(2)))
          .findFirst()
          .orElseGet(this::usual);
    } catch (IOException | java.io.UncheckedIOException notThere) {
      return usual();
    }
  }

  /// Why there is nothing to read although the data root has traces of a store in containerd.
  String absence() {
    Path path = packaged();
    return "Docker stores images in containerd, but %s cannot be read: %s; --containerd.root says where"
            .formatted(path, reason(path))
        + " containerd's root directory is";
  }

  private static String reason(Path path) {
    try (Directory directory = Directory.open(path)) {
      return hasPlugin(directory) ? "it has just appeared" : "it has no io.containerd.*";
    } catch (NoSuchFileException absent) {
      return "no such directory";
    } catch (IOException unreadable) {
      return ReadFailures.reason(unreadable);
    }
  }

  private Path usual() {
    return top.resolve("var/lib/containerd");
  }

  /// Whether a directory is containerd's root.
  static boolean isHome(Home home) throws IOException {
    return home.entries().stream().anyMatch(HomeSearch::isPlugin);
  }

  private static boolean isHome(RootDirectory root, String path) throws IOException {
    if (root.find(path).isEmpty()) {
      return false;
    }
    try (Directory directory = root.openDirectory(path)) {
      return hasPlugin(directory);
    }
  }

  private static boolean isHome(Path path) {
    try (Directory directory = Directory.open(path)) {
      return hasPlugin(directory);
    } catch (IOException notSeen) {
      return false;
    }
  }

  /// Whether any plug-in has a directory here: the database itself may be lost.
  private static boolean hasPlugin(Directory directory) throws IOException {
    return directory.entries().stream().anyMatch(HomeSearch::isPlugin);
  }

  private static boolean isPlugin(DirectoryEntry entry) {
    return entry.name().startsWith(PLUGIN);
  }
}

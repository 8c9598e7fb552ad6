package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.RealPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Why a data root has no store to read, and which directory was probably meant, in one line.
///
/// Only names are looked at, and only if there is no store: the right data root costs nothing.
final class RootDiagnosis {
  private static final String ASK_DOCKER =
      "`docker info --format '{{.DockerRootDir}}'` prints Docker's data root";
  private static final String SNAP = "var/snap/docker/common/var-lib-docker";
  private static final String ROOTLESS = ".local/share/docker";

  /// Where a data root is below a directory that is often given instead of it.
  private static final List<String> USUAL_PLACES =
      List.of("docker", "var/lib/docker", "lib/docker", SNAP, ROOTLESS, "common/var-lib-docker");

  /// Above a data root there are at most so many directories of its own: `image/overlay2/layerdb`.
  private static final int MOST_LEVELS = 3;

  /// Directories that are looked into, of those in one directory.
  private static final int MOST_CHILDREN = 256;

  /// Names that can be copied into any shell, in any locale.
  private static final Pattern PLAIN = Pattern.compile("[\\w.@+-]+");

  private final Path top;
  private final UnitSandbox sandbox;

  RootDiagnosis() {
    this(Path.of("/"), UnitSandbox.ofThisProcess());
  }

  /// @param top where `home` and `var` are
  RootDiagnosis(Path top, UnitSandbox sandbox) {
    this.top = top;
    this.sandbox = sandbox;
  }

  /// Of a data root that could be listed.
  String of(Path dataRoot, DataRootState state) {
    return switch (state) {
      case CONTAINERD ->
          "Docker stores its images in containerd's image store, whose directory was not found;"
              + " --containerd.root says where it is";
      case EMPTY -> hidden(dataRoot).orElseGet(() -> ofEmpty(absolute(dataRoot)));
      case GRAPHDRIVER, MISSING, UNREADABLE -> "";
    };
  }

  /// Of containerd's root where it is given.
  static String ofMissingContainerd(Path home) {
    return "--containerd.root=%s: %s".formatted(home, absence(home));
  }

  String ofMissing(Path dataRoot) {
    return hidden(dataRoot)
        .orElseGet(() -> absence(dataRoot) + "; " + elsewhere(dataRoot).orElse(ASK_DOCKER));
  }

  /// @param denied the directory that may not be entered or listed
  String ofDenied(Path dataRoot, String denied) {
    return hidden(dataRoot)
        .orElse("permission denied: %s: run as root or give CAP_DAC_READ_SEARCH".formatted(denied));
  }

  private Optional<String> hidden(Path dataRoot) {
    return sandbox
        .settingThatHides(RealPath.of(dataRoot))
        .map(
            setting ->
                "hidden by %s= in the systemd unit; the drop-in deploy/systemd/data-root.conf"
                        .formatted(setting)
                    + " makes it visible");
  }

  private static String absence(Path dataRoot) {
    if (Files.isSymbolicLink(dataRoot)) {
      return "a symbolic link to %s, which does not exist".formatted(RealPath.of(dataRoot));
    }
    return Files.exists(dataRoot) ? "not a directory" : "no such directory";
  }

  private String ofEmpty(Path dataRoot) {
    return above(dataRoot)
        .map(root -> "part of the data root %s: %s".formatted(root, use(root)))
        .or(() -> ForeignRoot.of(dataRoot).map(ForeignRoot::description))
        .or(() -> below(dataRoot).map(root -> "not a data root, but it contains one: " + use(root)))
        .orElseGet(() -> nothing(dataRoot) + "; " + elsewhere(dataRoot).orElse(ASK_DOCKER));
  }

  private static String nothing(Path dataRoot) {
    try (Stream<Path> names = Files.list(dataRoot)) {
      return names.findAny().isPresent()
          ? "it contains no image store"
          : "it is empty: a disk is not mounted, or Docker was never started";
    } catch (IOException vanished) {
      return "it contains no image store";
    }
  }

  /// The data root that `path` is a part of. What is in a volume may be a data root of its own.
  private static Optional<Path> above(Path path) {
    return Stream.iterate(path.getParent(), parent -> parent != null, Path::getParent)
        .limit(MOST_LEVELS)
        .filter(parent -> !parent.relativize(path).startsWith("volumes"))
        .filter(RootDiagnosis::isDataRoot)
        .findFirst();
  }

  private static Optional<Path> below(Path path) {
    return Stream.concat(
            USUAL_PLACES.stream().map(path::resolve), children(path).stream().map(path::resolve))
        .filter(RootDiagnosis::isDataRoot)
        .findFirst();
  }

  /// A data root in another place that is common.
  private Optional<String> elsewhere(Path dataRoot) {
    return Stream.concat(Stream.of(ofPackage(), ofSnap()), ofUsers())
        .filter(place -> !place.path.equals(absolute(dataRoot)) && isDataRoot(place.path))
        .map(place -> place.whose + ": " + use(place.path))
        .findFirst();
  }

  private record Place(String whose, Path path) {}

  private Place ofPackage() {
    return new Place("Docker's default data root exists", top.resolve("var/lib/docker"));
  }

  private Place ofSnap() {
    return new Place("Docker is installed as a snap", top.resolve(SNAP));
  }

  private Stream<Place> ofUsers() {
    Path homes = top.resolve("home");
    return children(homes).stream()
        .map(user -> homes.resolve(user).resolve(ROOTLESS))
        .map(path -> new Place("rootless Docker was found", path));
  }

  private static List<String> children(Path path) {
    try (Directory directory = Directory.open(path)) {
      return directory.sortedEntries().stream()
          .filter(entry -> entry.kind() == FileKind.DIRECTORY)
          .map(DirectoryEntry::name)
          .filter(name -> PLAIN.matcher(name).matches())
          .limit(MOST_CHILDREN)
          .toList();
    } catch (IOException notSeen) {
      return List.of();
    }
  }

  /// Whether a directory is a data root. What may be a trace of containerd's image store is one
  /// only beside the containers of a daemon.
  private static boolean isDataRoot(Path path) {
    try (RootDirectory directory = RootDirectory.open(path)) {
      DataRootState state = DataRoot.find(directory, ContainerdSettings.DEFAULT).state();
      return state == DataRootState.GRAPHDRIVER
          || (state == DataRootState.CONTAINERD && directory.find("containers").isPresent());
    } catch (IOException notSeen) {
      return false;
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static String use(Path dataRoot) {
    return "use --docker.root=" + dataRoot;
  }
}

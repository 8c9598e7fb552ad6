package io.github.dockerimageexporter.snapshot.graphdriver;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.RecordPaths;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.FirstUser;
import java.math.BigInteger;
import java.util.Optional;

/// The names of one store's files, relative to the data root.
///
/// | daemon              | `driver()`               | `imageHome()`                  |
/// |---------------------|--------------------------|--------------------------------|
/// | plain               | `overlay2`               | `image/overlay2`               |
/// | with `userns-remap` | `165536.165536/overlay2` | `165536.165536/image/overlay2` |
///
/// Source: moby, `daemon/daemon.go`, `daemon/daemon_unix.go` (setupDaemonRoot).
///
/// @param root the remapped root below the data root, with its slash; empty for a plain daemon
/// @param graphDriver the storage driver's own name, as in `docker info`
public record GraphDriverLayout(String root, String graphDriver) implements RecordPaths {
  /// The record in a layer's directory from which Docker restores the layer's tar.
  public static final String TAR_SPLIT = "tar-split.json.gz";

  /// Where BuildKit keeps its files in a root.
  public static final String BUILD_CACHE = "buildkit";

  /// The store's name among all stores of a data root: the value of the `driver` label.
  public String driver() {
    return root + graphDriver;
  }

  /// The users that a remapped root is named after: those that own what is root's in a layer.
  Optional<FirstUser> firstUser() {
    if (root.isEmpty()) {
      return Optional.empty();
    }
    int dot = root.indexOf('.');
    return Optional.of(
        new FirstUser(
            number(root.substring(0, dot)), number(root.substring(dot + 1, root.length() - 1))));
  }

  /// Of any length: what is below a data root has the names that somebody gave it.
  private static long number(String digits) {
    return new BigInteger(digits).longValue();
  }

  public String imageHome() {
    return root + "image/" + graphDriver;
  }

  @Override
  public String references() {
    return imageHome() + "/repositories.json";
  }

  public String imageConfigs() {
    return imageHome() + "/imagedb/content/sha256";
  }

  @Override
  public String imageConfig(ImageId id) {
    return imageConfigs() + "/" + id.digest().hex();
  }

  @Override
  public String imageParent(ImageId id) {
    return imageMetadata() + "/" + id.digest().hex() + "/parent";
  }

  public String imageMetadata() {
    return imageHome() + "/imagedb/metadata/sha256";
  }

  public String layerDb() {
    return imageHome() + "/layerdb";
  }

  public String layers() {
    return layerDb() + "/sha256";
  }

  @Override
  public String layer(ChainId id) {
    return layers() + "/" + id.digest().hex();
  }

  @Override
  public String layerParent(ChainId id) {
    return layer(id) + "/parent";
  }

  @Override
  public String layerDirectoryName(ChainId id) {
    return layer(id) + "/cache-id";
  }

  public String tarSplit(ChainId id) {
    return layer(id) + "/" + TAR_SPLIT;
  }

  public String mounts() {
    return layerDb() + "/mounts";
  }

  /// The directory of layers that are being registered.
  public String transactions() {
    return layerDb() + "/tmp";
  }

  public String containers() {
    return root + "containers";
  }

  /// The directory of what pulls, loads and builds keep while they last.
  public String temporary() {
    return root + "tmp";
  }

  /// The directory in which BuildKit keeps what it knows of its cache.
  String buildCache() {
    return root + BUILD_CACHE;
  }

  /// The directory in which the graph driver keeps its own files.
  public String driverHome() {
    return root + graphDriver;
  }

  @Override
  public String directories() {
    return driverHome();
  }

  /// The directory below that in which the driver has one for each of its IDs.
  public String driverDirectories() {
    return driverHome()
        + switch (graphDriver) {
          case "vfs" -> "/dir";
          case "btrfs" -> "/subvolumes";
          default -> "";
        };
  }
}

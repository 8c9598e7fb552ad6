package io.github.dockerimageexporter.engine;

import java.util.Locale;

/// What an engine keeps images in.
public enum ImageStore {
  OVERLAY2,
  VFS,
  FUSE_OVERLAYFS,

  /// Needs a data root on btrfs.
  BTRFS,

  /// A containerd that dockerd starts: its root is below the data root.
  CONTAINERD,

  /// The same with the snapshotter that copies all that is below a layer.
  NATIVE,

  /// A containerd that is there before dockerd: its root is outside of the data root.
  SEPARATE_CONTAINERD;

  /// The graph driver that dockerd and its directories call so.
  public static ImageStore ofDriver(String driver) {
    return valueOf(driver.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /// As dockerd calls it.
  public String driver() {
    return switch (this) {
      case OVERLAY2, VFS, FUSE_OVERLAYFS, BTRFS, NATIVE ->
          name().toLowerCase(Locale.ROOT).replace('_', '-');
      case CONTAINERD, SEPARATE_CONTAINERD -> "overlayfs";
    };
  }

  public boolean isContainerd() {
    return switch (this) {
      case OVERLAY2, VFS, FUSE_OVERLAYFS, BTRFS -> false;
      case CONTAINERD, NATIVE, SEPARATE_CONTAINERD -> true;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

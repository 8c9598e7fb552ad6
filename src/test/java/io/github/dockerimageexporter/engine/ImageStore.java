package io.github.dockerimageexporter.engine;

import java.util.Locale;

/// What an engine keeps images in.
public enum ImageStore {
  OVERLAY2,
  VFS,

  /// A containerd that dockerd starts: its root is below the data root.
  CONTAINERD,

  /// A containerd that is there before dockerd: its root is outside of the data root.
  SEPARATE_CONTAINERD;

  /// The graph driver that dockerd and its directories call so.
  public static ImageStore ofDriver(String driver) {
    return valueOf(driver.toUpperCase(Locale.ROOT));
  }

  /// As dockerd calls it.
  public String driver() {
    return switch (this) {
      case OVERLAY2, VFS -> toString();
      case CONTAINERD, SEPARATE_CONTAINERD -> "overlayfs";
    };
  }

  public boolean isContainerd() {
    return this == CONTAINERD || this == SEPARATE_CONTAINERD;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

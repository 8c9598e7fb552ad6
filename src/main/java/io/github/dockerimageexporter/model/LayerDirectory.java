package io.github.dockerimageexporter.model;

import java.nio.file.Path;

/// Where a layer's content is, and whether it is there.
///
/// @param path the directory that its cache ID names
/// @param home what it stands in, relative to the data root
/// @param below the child that holds the content; empty if it does itself
public record LayerDirectory(Path path, String home, String below, Content content) {

  /// The content itself, relative to the data root. Put together only where it is asked for, which
  /// is seldom.
  public String contentPath() {
    String directory = home + "/" + path.getFileName();
    return below.isEmpty() ? directory : directory + "/" + below;
  }

  /// What stands where the content should be.
  public enum Content {
    PRESENT,
    ABSENT,
    /// Something that is not a directory.
    FOREIGN,
    /// Not visible to this process, so neither present nor absent.
    UNREADABLE
  }
}

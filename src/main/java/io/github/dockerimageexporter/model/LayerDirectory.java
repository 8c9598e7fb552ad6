package io.github.dockerimageexporter.model;

import java.nio.file.Path;

/// Where a layer's content is, and whether it is there.
///
/// @param path the directory that its cache ID names
/// @param contentPath the content itself, relative to the data root
public record LayerDirectory(Path path, String contentPath, Content content) {

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

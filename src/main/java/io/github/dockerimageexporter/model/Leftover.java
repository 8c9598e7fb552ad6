package io.github.dockerimageexporter.model;

import java.time.Instant;

/// Something in the store that no image, layer or container answers for: work in progress, or what
/// is left of it. Which of the two, only its age tells.
///
/// @param path relative to the data root
/// @param name what it is called; of a file or directory, the last component of its path
/// @param began when it was made, or when a name was last added to it or taken from it
/// @param lastChange the newest change of it and of what stands directly in it
/// @param doubtful whether something that cannot be read or understood may answer for it
public record Leftover(
    Kind kind, String path, String name, Instant began, Instant lastChange, boolean doubtful) {

  /// One that is a file or directory.
  public Leftover(Kind kind, String path, Instant began, Instant lastChange, boolean doubtful) {
    this(kind, path, path.substring(path.lastIndexOf('/') + 1), began, lastChange, doubtful);
  }

  /// What it would be, were work in progress.
  public enum Kind {
    /// A layer that nothing uses: registered ahead of its image, or left behind by it.
    LAYER,
    /// A layer on its way out of the layer store.
    REMOVAL,
    /// A layer on its way into the layer store.
    TRANSACTION,
    /// A directory of the graph driver that nothing names.
    DIRECTORY,
    /// A short name of a directory that does not have it.
    LINK,
    /// A container's mount without the container.
    MOUNT,
    /// What is noted beside a configuration that is not there.
    METADATA,
    /// The content of a blob that nothing records.
    BLOB,
    /// A file or directory of a pull, a load or a build.
    DOWNLOAD,
    /// A name that Docker does not write where it stands, but for the moment of writing.
    STRAY
  }
}

package io.github.dockerimageexporter.scrub.tar;

/// What a tar says of one file.
///
/// @param path as it is written there
/// @param mode the permissions, with setuid, setgid and the sticky bit
/// @param link where a symbolic link points, or what a hard link is another name of; else empty
public record TarEntry(
    String path,
    Type type,
    long sizeBytes,
    int mode,
    long owner,
    long group,
    String link,
    long major,
    long minor) {

  /// What kind of file it is.
  public enum Type {
    REGULAR,
    HARD_LINK,
    SYMBOLIC_LINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO,
    /// A regular file whose holes the tar leaves out.
    SPARSE,
    /// Defaults for the entries after it, of which Docker takes no notice.
    GLOBAL_HEADER;

    /// Whether the header is followed by content.
    boolean hasContent() {
      return this == REGULAR || this == SPARSE;
    }
  }

  /// Whether it is of the directory that all else is unpacked to, whose mode and owner neither
  /// dockerd nor containerd takes from there.
  ///
  /// Source: moby, `pkg/archive/archive.go` (Unpack); containerd, `pkg/archive/tar.go`
  /// (applyNaive).
  public boolean isRoot() {
    return type == Type.DIRECTORY && TarPath.clean(path).isEmpty();
  }

  /// The same, of another name.
  public TarEntry withPath(String other) {
    return new TarEntry(other, type, sizeBytes, mode, owner, group, link, major, minor);
  }
}

package io.github.dockerimageexporter.snapshot.containerd;

/// What stands in the content store where a blob should be.
public sealed interface BlobFile {

  /// A regular file.
  ///
  /// @param stamp changes with it
  record Present(long sizeBytes, long allocatedBytes, long stamp) implements BlobFile {}

  /// Not visible to this process, so neither there nor missing.
  record Unseen() implements BlobFile {}

  /// Nothing.
  record Absent() implements BlobFile {}

  /// Something that is not a regular file.
  record Foreign() implements BlobFile {}
}

package io.github.dockerimageexporter.snapshot;

/// How many blobs there are of one owner, and what they take on disk.
public record BlobTally(long count, long allocatedBytes) {
  public static final BlobTally NONE = new BlobTally(0, 0);

  public BlobTally plus(BlobTally other) {
    return new BlobTally(count + other.count, allocatedBytes + other.allocatedBytes);
  }
}

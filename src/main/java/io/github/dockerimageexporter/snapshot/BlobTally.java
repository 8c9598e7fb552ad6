package io.github.dockerimageexporter.snapshot;

/// How many blobs there are of one owner, and what they take on disk.
public record BlobTally(long count, long allocatedBytes) {
  public static final BlobTally NONE = new BlobTally(0, 0);

  public BlobTally and(long bytes) {
    return new BlobTally(count + 1, allocatedBytes + bytes);
  }

  public BlobTally plus(BlobTally other) {
    return new BlobTally(count + other.count, allocatedBytes + other.allocatedBytes);
  }
}

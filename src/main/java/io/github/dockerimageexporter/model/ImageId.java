package io.github.dockerimageexporter.model;

/// The identity of an image: the digest of its configuration's bytes.
///
/// Source: moby, `daemon/internal/image/fs.go`.
public record ImageId(Digest digest) implements Comparable<ImageId> {

  public static ImageId parse(String text) {
    return new ImageId(Digest.parse(text));
  }

  @Override
  public int compareTo(ImageId other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return digest.toString();
  }
}

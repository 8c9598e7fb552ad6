package io.github.dockerimageexporter.model;

import org.jspecify.annotations.Nullable;

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

  // Written out, as a key of maps: what records generate is several times slower without C2.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ImageId that && digest.equals(that.digest);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return digest.toString();
  }
}

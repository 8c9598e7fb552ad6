package io.github.dockerimageexporter.model;

import org.jspecify.annotations.Nullable;

/// The digest of one layer's uncompressed tar: what the layer changes, whatever lies below it.
///
/// Source: OCI image spec, `config.md`, "Layer DiffID".
public record DiffId(Digest digest) implements Comparable<DiffId> {

  public static DiffId parse(String text) {
    return new DiffId(Digest.parse(text));
  }

  @Override
  public int compareTo(DiffId other) {
    return digest.compareTo(other.digest);
  }

  // Written out, as a key of maps: what records generate is several times slower without C2.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DiffId that && digest.equals(that.digest);
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

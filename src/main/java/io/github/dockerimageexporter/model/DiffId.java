package io.github.dockerimageexporter.model;

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

  @Override
  public String toString() {
    return digest.toString();
  }
}

package io.github.dockerimageexporter.model;

import org.jspecify.annotations.Nullable;

/// The identity of a stack of layers: which changes were applied, and in which order.
///
/// | stack       | chain ID                                          |
/// |-------------|---------------------------------------------------|
/// | one layer   | its diff ID                                       |
/// | one more    | SHA-256 of the text `<chain ID below> <diff ID>`  |
///
/// Source: OCI image spec, `config.md`, "Layer ChainID".
public record ChainId(Digest digest) implements Comparable<ChainId> {

  public static ChainId ofBase(DiffId lowest) {
    return new ChainId(lowest.digest());
  }

  public static ChainId parse(String text) {
    return new ChainId(Digest.parse(text));
  }

  /// The stack that results when `next` is applied on top of this one.
  public ChainId with(DiffId next) {
    return new ChainId(Digest.ofPair(digest, next.digest()));
  }

  @Override
  public int compareTo(ChainId other) {
    return digest.compareTo(other.digest);
  }

  // Written out, as a key of maps: what records generate is several times slower without C2.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChainId that && digest.equals(that.digest);
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

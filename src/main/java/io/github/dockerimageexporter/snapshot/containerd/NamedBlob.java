package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.KeyOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A blob that an image of the store names, directly or through an index or a manifest, or that
/// something in the namespace keeps.
///
/// @param images those that name it, sorted; if none does, those that keep it by labels
/// @param describedBytes its size as whoever names it says
/// @param recordedBytes its size as its record in the namespace says; empty if there is none
/// @param recordedElsewhere whether another namespace has a record of it
/// @param file what stands where its content should be
/// @param fetched whether the engine surely had it, as far as labels and snapshots prove that
/// @param unpacked of a layer, whether the snapshot of its own chain ID is there
/// @param unprotected what it names, is here, and would be removed by the next collection: no label
///     of this blob keeps it, nor anything else; sorted
/// @param sources the repositories that it was pulled from or pushed to, without their port
/// @param createdSeconds since when the namespace has its record, in seconds since 1970; the most
///     if that is not known
/// @param fault what is wrong with its content, if it was read and is not what its name says
public record NamedBlob(
    Digest digest,
    Role role,
    List<ImageId> images,
    long describedBytes,
    OptionalLong recordedBytes,
    boolean recordedElsewhere,
    BlobFile file,
    boolean fetched,
    boolean unpacked,
    List<Node> unprotected,
    Set<String> sources,
    long createdSeconds,
    Optional<Fault> fault) {

  /// The order of blobs as keys of maps.
  public static final KeyOrder<Digest> KEYS =
      new KeyOrder<>(Digest::rank, Comparator.naturalOrder());

  /// What a blob is to the image.
  public enum Role {
    INDEX("index"),
    MANIFEST("manifest"),
    /// Of an artefact in an image manifest's clothes: an attestation, a signature.
    ATTESTATION("attestation"),
    CONFIG("image configuration"),
    LAYER("layer"),
    OTHER("blob"),
    /// What no document that could be read names: a label keeps it.
    KEPT("blob");

    private final String word;

    Role(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// What is wrong with the content of a small blob.
  public sealed interface Fault {
    /// It hashes to another name.
    record Changed(Digest actual) implements Fault {}

    /// It is not what its media type says.
    record Malformed(String reason) implements Fault {}

    /// It is not what its media type says, and still what was published.
    record Mistaken(String reason) implements Fault {}
  }

  // Written out, since each is compared with that of the pass before: what records generate is
  // several times slower without C2.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NamedBlob that
        && digest.equals(that.digest)
        && role == that.role
        && describedBytes == that.describedBytes
        && createdSeconds == that.createdSeconds
        && recordedElsewhere == that.recordedElsewhere
        && fetched == that.fetched
        && unpacked == that.unpacked
        && file.equals(that.file)
        && recordedBytes.equals(that.recordedBytes)
        && images.equals(that.images)
        && unprotected.equals(that.unprotected)
        && sources.equals(that.sources)
        && fault.equals(that.fault);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  /// Whether the namespace has a record of it.
  public boolean isRecorded() {
    return recordedBytes.isPresent();
  }

  /// Whether Docker cannot list any image of the host without it: it reads the indexes and inner
  /// manifests of all.
  public boolean isNeededByListing() {
    return role == Role.INDEX || role == Role.MANIFEST || role == Role.ATTESTATION;
  }
}

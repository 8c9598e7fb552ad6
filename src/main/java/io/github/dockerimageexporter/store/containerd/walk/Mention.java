package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Fault;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the walk over one image has shown of a blob that it names.
///
/// @param describedBytes its size as the first that names it says
/// @param needs without what it is of no use
/// @param fetched whether the engine surely had it
/// @param unpacked of a layer, whether its snapshot is there
/// @param record what the namespace has of it, if it has a record
/// @param file what stands where its content should be
public record Mention(
    Digest digest,
    Role role,
    long describedBytes,
    List<Node> needs,
    boolean fetched,
    boolean unpacked,
    Optional<Fault> fault,
    @Nullable BlobRecord record,
    BlobFile file) {

  /// What this image and another have shown of the blob, which is what the first says that it is.
  public Mention and(Mention other) {
    return other.addsNothingTo(this)
        ? this
        : new Mention(
            digest,
            role,
            describedBytes,
            Stream.concat(needs.stream(), other.needs.stream()).distinct().toList(),
            fetched || other.fetched,
            unpacked || other.unpacked,
            other.fault.or(() -> fault),
            record,
            file);
  }

  private boolean addsNothingTo(Mention first) {
    return (first.fetched || !fetched)
        && (first.unpacked || !unpacked)
        && (needs.isEmpty() || needs.equals(first.needs))
        && (fault.isEmpty() || fault.equals(first.fault));
  }
}

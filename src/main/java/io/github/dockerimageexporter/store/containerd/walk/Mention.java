package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Fault;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import java.util.List;
import java.util.Optional;
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

  /// Whether the blob is as it was, so that another walk would show the same of it.
  @SuppressWarnings("ReferenceEquality") // What has not changed is the same object.
  public boolean isOf(@Nullable BlobRecord recordNow, BlobFile fileNow) {
    return record == recordNow
        && (file == fileNow
            || (file instanceof BlobFile.Absent && fileNow instanceof BlobFile.Absent));
  }
}

package io.github.dockerimageexporter.store.containerd.walk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// When what one walk has shown of a blob is what another would show.
class MentionTest {
  private static final Digest BLOB = Digest.of("blob");

  private final BlobRecord record = record();
  private final BlobFile present = new BlobFile.Present(1, 4096, 7);

  @Test
  void holdsForTheSameRecordAndTheSameFile() {
    assertThat(mention(present).isOf(record, present)).isTrue();
  }

  @Test
  void anotherRecordOrFileMayBeOfAnotherContentThoughItIsEqual() {
    assertThat(mention(present).isOf(record(), present)).isFalse();
    assertThat(mention(present).isOf(record, new BlobFile.Present(1, 4096, 7))).isFalse();
  }

  @Test
  void whatIsAbsentStaysAbsent() {
    var mention = mention(new BlobFile.Absent());

    assertThat(mention.isOf(record, new BlobFile.Absent())).isTrue();
    assertThat(mention.isOf(record, new BlobFile.Unseen())).isFalse();
  }

  /// It is a link, or the directory cannot be listed.
  @Test
  void whatCannotBeSeenIsAskedForAgain() {
    assertThat(mention(new BlobFile.Unseen()).isOf(record, new BlobFile.Unseen())).isFalse();
  }

  private static BlobRecord record() {
    return new BlobRecord(BLOB, 1, GcLabels.NONE, Set.of(), 0, 3);
  }

  private Mention mention(BlobFile file) {
    return new Mention(
        BLOB, Role.LAYER, 1, List.of(), false, false, Optional.empty(), record, file);
  }
}

package io.github.dockerimageexporter.store.containerd;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whether layers are on their way into a store of containerd's.
class ComingLayersTest {
  private static final String REF = "moby/1/layer-sha256:1234";

  private final Instant later = Instant.now().plus(Duration.ofHours(1));

  @TempDir private Path dataRoot;
  private ContainerdSample sample;

  @BeforeEach
  void makeStore() throws IOException {
    sample = ContainerdSample.in(dataRoot);
  }

  @Test
  void aStoreAtRestHasNoneComing() {
    assertThat(sample.read().isRegistering(Instant.EPOCH)).isFalse();
  }

  @Test
  void aRecordedDownloadBringsOne() throws IOException {
    sample.download(REF);
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "leases")
                .with(
                    "work",
                    new BoltTree.Bucket()
                        .with("ingests", new BoltTree.Bucket().with("layer-sha256:1234", ""))));
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "ingests")
                .with("layer-sha256:1234", new BoltTree.Bucket().with("ref", REF)));

    assertThat(sample.read().isRegistering(later)).isTrue();
  }

  @Test
  void aDownloadThatNothingRecordsBringsOneIfItIsYoung() throws IOException {
    sample.download(REF);

    assertThat(sample.read().isRegistering(Instant.EPOCH)).isTrue();
    assertThat(sample.read().isRegistering(later)).isFalse();
  }

  @Test
  void aDirectoryThatWorkHoldsOnToBringsOne() {
    ContainerdSnapshot read = sample.read();
    var held = read.directories().stream().map(each -> each.ownedBy(Owner.LEASE)).toList();

    assertThat(read.with(held, read.unreadable()).isRegistering(later)).isTrue();
  }
}

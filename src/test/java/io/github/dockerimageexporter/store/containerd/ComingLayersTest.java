package io.github.dockerimageexporter.store.containerd;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.content.LayerArrivals;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whether layers are on their way into a store of containerd's.
class ComingLayersTest {
  private static final String REF = "moby/1/layer-sha256:1234";

  @TempDir private Path dataRoot;
  private ContainerdSample sample;

  @BeforeEach
  void makeStore() throws IOException {
    sample = ContainerdSample.in(dataRoot);
  }

  @Test
  void aStoreAtRestHasNoneComing() {
    assertThat(LayerArrivals.of(sample.read()))
        .isEqualTo(new LayerArrivals(Set.of(), BlobTally.NONE, Set.of()));
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

    LayerArrivals arrivals = LayerArrivals.of(sample.read());
    assertThat(arrivals.areHeld()).isTrue();
    assertThat(arrivals.downloads().count()).isEqualTo(1);
  }

  @Test
  void aDownloadThatNothingRecordsBringsOneFromItsBeginningOn() throws IOException {
    sample.download(REF);

    LayerArrivals arrivals = LayerArrivals.of(sample.read());
    assertThat(arrivals.areHeld()).isFalse();
    assertThat(arrivals.begun()).hasSize(1);
  }

  @Test
  void aDirectoryThatWorkHoldsOnToBringsOne() {
    ContainerdSnapshot read = sample.read();
    var held = read.directories().values().stream().map(each -> each.ownedBy(Owner.LEASE)).toList();

    assertThat(LayerArrivals.of(read.with(Parts.directories(held), read.unreadable())).held())
        .isEqualTo(held.stream().map(StoreDirectory::path).collect(toSet()));
  }
}

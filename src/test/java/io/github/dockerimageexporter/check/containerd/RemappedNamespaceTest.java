package io.github.dockerimageexporter.check.containerd;

import static io.github.dockerimageexporter.check.containerd.CheckedSample.told;
import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.bolt.BoltTree.Value;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// A daemon with `userns-remap` has a data root and a namespace of its own, and all rules of Docker
/// hold there. The one root is given, or the one that has it.
@ParameterizedClass
@ValueSource(strings = {RemappedNamespaceTest.REMAPPED, ""})
class RemappedNamespaceTest {
  static final String REMAPPED = "165536.165536";
  private static final String NAMESPACE = "moby-" + REMAPPED;
  private static final String MANIFEST_LABEL = "containerd.io/gc.ref.content.1";

  @TempDir private Path directory;
  private final String given;
  private ContainerdSample sample;

  RemappedNamespaceTest(String given) {
    this.given = given;
  }

  @BeforeEach
  void remap() throws IOException {
    sample = ContainerdSample.in(directory.resolve(REMAPPED));
    sample.changeMeta(
        root -> {
          Bucket schema = bucket(root, "v1");
          move(schema, "moby", NAMESPACE);
          for (BoltTree snapshot :
              bucket(schema, NAMESPACE, "snapshots", "overlayfs").items().values()) {
            rename((Bucket) snapshot, "name");
          }
        });
    sample.changeMetadata(
        root -> {
          Bucket snapshots = bucket(root, "v1", "snapshots");
          for (String name : new ArrayList<>(snapshots.items().keySet())) {
            rename(bucket(snapshots, name), "parent");
            move(snapshots, name, renamed(name));
          }
        });
  }

  @Test
  void itsStoreIsFoundAndIsWhole() {
    StoreSnapshot store = read();

    assertThat(List.of(store.driver(), store.containerdNamespace().orElseThrow()))
        .containsExactly(given.isEmpty() ? REMAPPED + "/overlayfs" : "overlayfs", NAMESPACE);
    assertThat(store.images()).hasSize(22);
    assertThat(store.containers()).hasSize(3);
    assertThat(told(CheckedSample.report(store, Instant.MAX))).isEmpty();
  }

  @Test
  void aContainerThatHasLostItsLeaseIsTold() throws IOException {
    String container = read().containers().getFirst().id();
    sample.changeMeta(root -> bucket(root, "v1", NAMESPACE, "leases").items().remove(container));

    assertThat(told(CheckedSample.report(read(), Instant.EPOCH)))
        .containsExactly("container_lease_missing unusable " + container);
  }

  /// Only Docker labels all that a manifest names.
  @Test
  void aManifestThatHasLostOneLabelIsTold() throws IOException {
    Digest manifest =
        read().references().stream()
            .filter(reference -> reference.name().equals("moved:1"))
            .flatMap(reference -> reference.imageId().stream())
            .findFirst()
            .orElseThrow()
            .digest();
    sample.changeMeta(
        root ->
            bucket(root, "v1", NAMESPACE, "content", "blob", manifest.toString(), "labels")
                .items()
                .remove(MANIFEST_LABEL));

    assertThat(told(CheckedSample.report(read(), Instant.EPOCH)))
        .containsExactly("gc_label_missing wrong_data " + manifest);
  }

  private StoreSnapshot read() {
    List<StoreSnapshot> stores =
        new StoreReader(directory.resolve(given)).read(Freshness.EVERY_FILE).stores();
    assertThat(stores).hasSize(1);
    return stores.getFirst();
  }

  private static void move(Bucket parent, String from, String to) {
    Map<String, BoltTree> items = parent.items();
    items.put(to, Objects.requireNonNull(items.remove(from)));
  }

  private static void rename(Bucket record, String key) {
    if (record.items().get(key) instanceof Value(String name)) {
      record.with(key, renamed(name));
    }
  }

  private static String renamed(String name) {
    return name.replaceFirst("^moby/", NAMESPACE + "/");
  }
}

package io.github.dockerimageexporter.store;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.snapshot.DataRootSnapshot;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.containerd.HomeSearch;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreReaderTest {
  @TempDir private Path dataRoot;

  @ParameterizedTest
  @ValueSource(strings = {"overlay2", "fuse-overlayfs", "vfs", "btrfs"})
  void readsTheLayersOfEveryDriver(String driver) {
    var store = new SampleStore(dataRoot, driver);
    store.image("app:1", "base", "app");

    StoreSnapshot snapshot = only(read());

    assertThat(snapshot.layers())
        .isEqualTo(
            Map.of(
                chainId("base"), layer(Optional.empty(), "base"),
                chainId("base", "app"), layer(Optional.of("base"), "app")));
    assertThat(snapshot.layerDirectories().values())
        .extracting(directory -> dataRoot.resolve(directory.contentPath()))
        .containsExactlyInAnyOrder(
            store.content(cacheId("base")), store.content(cacheId("base", "app")));
    assertThat(snapshot.unreadable().reasons()).isEmpty();
  }

  @Test
  void readsAnImageWithItsNamesMetadataAndContainers() {
    var store = new SampleStore(dataRoot);
    ImageId base = store.image("base:1", "base");
    ImageId app = store.image("registry:5000/app:1", "base", "app");
    store.tag("registry:5000/app@" + diffId("x"), app);
    store.parent(app, base);
    String container = store.container("web", app);

    StoreSnapshot snapshot = only(read());

    assertThat(snapshot.images().get(app))
        .isEqualTo(
            new Image(
                app,
                app.digest(),
                List.of(
                    new ImageManifest(
                        new Platform("linux", "amd64", ""),
                        new RootFs(List.of(diffId("base"), diffId("app"))))),
                Optional.of(SampleStore.CREATED),
                Optional.of(base),
                Optional.of(SampleStore.CREATED)));
    assertThat(snapshot.references())
        .containsExactly(
            new Reference("base:1", base.toString()),
            new Reference("registry:5000/app:1", app.toString()),
            new Reference("registry:5000/app@" + diffId("x"), app.toString()));
    assertThat(snapshot.containers()).containsExactly(new Container(container, "web", app, false));
    assertThat(((GraphDriverSnapshot) snapshot).mounts()).containsOnlyKeys(container);
  }

  /// Since 20.10 it keeps the manifests that it pulls in its containerd's content store.
  @Test
  void contentOfADaemonWithAGraphDriverIsNoSecondStore() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base");
    Path containerd = dataRoot.resolve("containerd/daemon");
    Files.createDirectories(containerd.resolve("io.containerd.metadata.v1.bolt"));
    Files.createDirectories(containerd.resolve("io.containerd.content.v1.content/blobs/sha256"));

    assertThat(read().stores()).extracting(StoreSnapshot::name).containsExactly("overlay2");
  }

  @Test
  void findsTheRootOfAPackagedContainerdIfTheDataRootHasTracesOfIt(@TempDir Path host)
      throws IOException {
    Path home = host.resolve("var/lib/containerd");
    ContainerdSample.in(dataRoot, home);
    var reader = new StoreReader(dataRoot, ContainerdSettings.DEFAULT, new HomeSearch(host));

    DataRootSnapshot found = reader.read(Freshness.EVERY_FILE);
    Files.delete(dataRoot.resolve("rootfs/overlayfs"));
    Files.delete(dataRoot.resolve("rootfs"));
    DataRootSnapshot withoutTraces = reader.read(Freshness.EVERY_FILE);

    assertThat(found.state()).isEqualTo(DataRootState.CONTAINERD);
    assertThat(found.stores())
        .extracting(store -> store.paths().directories())
        .containsExactly(home + "/io.containerd.snapshotter.v1.overlayfs/snapshots");
    assertThat(withoutTraces.state()).isEqualTo(DataRootState.EMPTY);
    assertThat(withoutTraces.stores()).isEmpty();
  }

  @Test
  void saysWhoOwnsEachDirectory() {
    var store = new SampleStore(dataRoot);
    store.container("web", store.image("app:1", "base", "app"));

    Map<Owner, Integer> count = new TreeMap<>();
    only(read()).directories().values().forEach(one -> count.merge(one.owner(), 1, Integer::sum));

    assertThat(count).isEqualTo(Map.of(Owner.LAYER, 2, Owner.MOUNT, 2, Owner.OTHER, 1));
  }

  @Test
  void findsSeveralDriversAndARemappedRoot() {
    new SampleStore(dataRoot).image("a:1", "a");
    new SampleStore(dataRoot, "vfs").image("b:1", "b");
    new SampleStore(dataRoot, new GraphDriverLayout("165536.165536/", "overlay2"))
        .image("c:1", "c");

    assertThat(read().stores())
        .extracting(store -> store.driver(), store -> store.references().getFirst().name())
        .containsExactly(
            tuple("165536.165536/overlay2", "c:1"), tuple("overlay2", "a:1"), tuple("vfs", "b:1"));
  }

  @Test
  void containersBelongToTheirDriver() {
    var overlay = new SampleStore(dataRoot);
    overlay.container("web", overlay.image("a:1", "a"));
    new SampleStore(dataRoot, "vfs").image("b:1", "b");

    assertThat(read().stores())
        .extracting(store -> store.containers().size())
        .containsExactly(1, 0);
  }

  @Test
  void aMissingDataRootIsAState() {
    assertNothing(
        new StoreReader(dataRoot.resolve("none")).read(Freshness.EVERY_FILE),
        DataRootState.MISSING,
        "no such directory; ");
  }

  @Test
  void anEmptyDataRootIsAState() {
    assertNothing(read(), DataRootState.EMPTY, "it is empty: ");
  }

  @Test
  void aDataRootOfTheContainerdStoreIsAState() throws IOException {
    Files.createDirectories(dataRoot.resolve("image"));
    Files.createFile(dataRoot.resolve("image/identity-cache.db"));

    assertNothing(read(), DataRootState.CONTAINERD, "Docker stores images in containerd, but ");
  }

  @Test
  void theStoreOfAStoragePluginIsReadAndItsContentNamedAsNotRead() throws IOException {
    new SampleStore(dataRoot).image("a:1", "a");
    new SampleStore(dataRoot, "vfs").image("b:1", "b");
    Path home = dataRoot.resolve("image/registry.example:5000/team/driver:latest");
    Files.createDirectories(home.getParent());
    Files.move(dataRoot.resolve("image/vfs"), home);

    DataRootSnapshot read = read();

    assertThat(read.stores())
        .extracting(store -> store.driver(), store -> store.layers().size())
        .containsExactly(
            tuple("overlay2", 1), tuple("registry.example:5000/team/driver:latest", 1));
    assertThat(read.stores().getLast().unreadable().reasons()).isEmpty();
    assertThat(read.notRead()).containsOnlyKeys("registry.example:5000/team/driver:latest");
  }

  @Test
  void whatStandsBesideTheStoresIsNamedAsNotRead() throws IOException {
    new SampleStore(dataRoot).image("a:1", "a");
    Files.createDirectories(dataRoot.resolve("image/lost+found"));
    Files.createDirectories(dataRoot.resolve("image/vieux/sshfs:latest"));
    Files.createFile(dataRoot.resolve("image/notes"));
    Files.createFile(dataRoot.resolve("image/identity-cache.db"));

    Map<String, String> notRead = new TreeMap<>(read().notRead());
    notRead.remove("containerd"); // Whether that is to be seen depends on this host.

    assertThat(notRead)
        .isEqualTo(
            Map.of(
                "image/lost+found",
                "not an image store: it contains no imagedb and no layerdb and no"
                    + " repositories.json",
                "image/notes",
                "not a directory",
                "image/vieux",
                "not an image store: it contains no imagedb and no layerdb and no"
                    + " repositories.json"));
  }

  @Test
  void aTreeWithoutEndBesideTheStoresEndsTheSearch() throws IOException {
    new SampleStore(dataRoot).image("a:1", "a");
    Files.createDirectories(dataRoot.resolve("image" + "/x".repeat(500)));
    for (int i = 0; i < 1500; i++) {
      Files.createDirectories(dataRoot.resolve("image/y/" + i));
    }

    assertThat(read().notRead()).containsOnlyKeys("image/x", "image/y");
  }

  private static void assertNothing(DataRootSnapshot seen, DataRootState state, String detail) {
    assertThat(seen).isEqualTo(new DataRootSnapshot(state, seen.detail(), List.of(), Map.of()));
    assertThat(seen.detail()).startsWith(detail);
  }

  @Test
  void aFreshStoreHasNothingInItAndNothingUnknown() {
    new SampleStore(dataRoot);

    StoreSnapshot snapshot = only(read());

    assertThat(snapshot.images()).isEmpty();
    assertThat(snapshot.layers()).isEmpty();
    assertThat(snapshot.unreadable().parts()).isEmpty();
  }

  @Test
  void aDataRootOfWhichOnlyImagesAreMountedLeavesTheRestUnknown() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1");
    Files.delete(dataRoot.resolve("containers"));
    Files.delete(dataRoot.resolve("overlay2/l"));
    Files.delete(dataRoot.resolve("overlay2"));

    StoreSnapshot snapshot = only(read());

    assertThat(snapshot.unreadable().parts())
        .containsExactlyInAnyOrder(StorePart.CONTAINERS, StorePart.DIRECTORIES);
    assertThat(snapshot.unreadable().reasons())
        .isEqualTo(Map.of("containers", "does not exist", "overlay2", "does not exist"));
  }

  private static Layer layer(Optional<String> below, String word) {
    return below
        .map(
            base ->
                Layer.of(
                    chainId(base, word),
                    diffId(word),
                    Optional.of(chainId(base)),
                    cacheId(base, word),
                    SampleStore.sizeBytes(word)))
        .orElseGet(
            () ->
                Layer.of(
                    chainId(word),
                    diffId(word),
                    Optional.empty(),
                    cacheId(word),
                    SampleStore.sizeBytes(word)));
  }

  private DataRootSnapshot read() {
    return new StoreReader(dataRoot).read(Freshness.EVERY_FILE);
  }

  private static StoreSnapshot only(DataRootSnapshot root) {
    assertThat(root.state()).isEqualTo(DataRootState.GRAPHDRIVER);
    assertThat(root.stores()).hasSize(1);
    return root.stores().getFirst();
  }
}

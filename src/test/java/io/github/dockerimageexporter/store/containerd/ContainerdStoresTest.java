package io.github.dockerimageexporter.store.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.DataRootSnapshot;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerdStoresTest {
  private static final int BLOBS = 146;
  private static final int DIRECTORIES = 43;

  @TempDir Path directory;

  @Test
  void theStoreOfADaemonsOwnContainerdIsFound() throws IOException {
    ContainerdSample.in(dataRoot());

    DataRootSnapshot root = new StoreReader(dataRoot()).read(Freshness.EVERY_FILE);

    assertThat(root.state()).isEqualTo(DataRootState.CONTAINERD);
    assertThat(root.detail()).isEmpty();
    StoreSnapshot store = root.stores().getFirst();
    assertThat(List.of(store.driver(), store.containerdNamespace().orElseThrow(), store.use()))
        .containsExactly("overlayfs", "moby", StoreUse.IN_USE);
    assertThat(store.unreadable().reasons()).isEmpty();
    assertThat(store.references().stream().map(Reference::name))
        .hasSize(15)
        .contains("base:1", "127.0.0.1:5055/multi:1");
    assertThat(owners(store))
        .isEqualTo(
            Map.of(
                Owner.LAYER, 26L,
                Owner.CONTAINER, 5L,
                Owner.BUILD_CACHE, 9L,
                Owner.OTHER_NAMESPACE, 3L));
    assertThat(store.blobs().get(BlobOwner.IMAGE)).extracting(BlobTally::count).isEqualTo(86L);
    assertThat(store.blobs().get(BlobOwner.OTHER_NAMESPACE))
        .extracting(BlobTally::count)
        .isEqualTo(60L);
  }

  @Test
  void aRootElsewhereIsReadWhereTheSettingsSay() throws IOException {
    Path home = directory.resolve("elsewhere/containerd");
    ContainerdSample.in(dataRoot(), home);
    var settings = new ContainerdSettings(Optional.of(home), List.of("moby"));

    StoreSnapshot store =
        new StoreReader(dataRoot(), settings).read(Freshness.EVERY_FILE).stores().getFirst();

    assertThat(store.images()).hasSize(22);
    assertThat(store.paths().directories())
        .isEqualTo(home + "/io.containerd.snapshotter.v1.overlayfs/snapshots");
    assertThat(store.directories().values())
        .allMatch(each -> each.path().startsWith(home))
        .hasSize(DIRECTORIES);
  }

  @Test
  void thePackagedRootIsWhatItsConfigurationSays() throws IOException {
    Path configured = directory.resolve("etc/containerd/config.toml");
    Path home = directory.resolve("srv/containerd");
    ContainerdSample.in(dataRoot(), home);
    Files.createDirectories(configured.getParent());
    Files.writeString(
        configured, "version = 2\nroot = \"%s\"\n[grpc]\nroot = '/no'\n".formatted(home));

    assertThat(packaged(true)).hasSize(1);
    assertThat(packaged(false)).isEmpty();
    Files.delete(configured);
    assertThat(packaged(true)).isEmpty();
    Files.createDirectories(directory.resolve("var/lib"));
    Files.move(home, directory.resolve("var/lib/containerd"));
    assertThat(packaged(true)).hasSize(1);
  }

  @Test
  void aManifestThatAnIndexRepeatsIsOnePlatform() throws IOException {
    var sample = ContainerdSample.in(dataRoot());
    Digest manifest = sample.idOf("base:1").digest();
    String named =
        "{\"digest\":\"%s\",\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":%d}"
            .formatted(manifest, Files.size(sample.blob(manifest)));
    byte[] index =
        "{\"manifests\":[%s]}"
            .formatted(String.join(",", Collections.nCopies(4000, named)))
            .getBytes(UTF_8);
    Digest digest = Digest.of(index);
    Files.write(sample.blob(digest), index);
    sample.changeMeta(
        root -> {
          ContainerdSample.bucket(root, "v1", "moby", "content", "blob")
              .with(digest.toString(), new BoltTree.Bucket());
          ContainerdSample.bucket(
                  root, "v1", "moby", "images", "docker.io/library/base:1", "target")
              .with("digest", digest.toString())
              .with("mediatype", "application/vnd.oci.image.index.v1+json");
        });

    Image image = requireNonNull(sample.read().images().get(new ImageId(digest)));

    assertThat(image.manifests())
        .singleElement()
        .extracting(ImageManifest::digest)
        .isEqualTo(Optional.of(manifest));
  }

  @Test
  void everyNamespaceIsAStoreAndNothingCountsTwice() throws IOException {
    ContainerdSample.in(dataRoot());
    var settings = new ContainerdSettings(Optional.empty(), List.of("k8s.io", "moby", "none"));

    List<StoreSnapshot> stores =
        new StoreReader(dataRoot(), settings).read(Freshness.EVERY_FILE).stores();

    assertThat(stores.stream().map(StoreSnapshot::name))
        .containsExactly("overlayfs in k8s.io", "overlayfs in moby");
    assertThat(stores.stream().mapToLong(store -> store.directories().size()).sum())
        .isEqualTo(DIRECTORIES);
    assertThat(
            stores.stream()
                .flatMap(store -> store.blobs().values().stream())
                .mapToLong(BlobTally::count)
                .sum())
        .isEqualTo(BLOBS);
    assertThat(stores.getFirst().containers()).isEmpty();
  }

  @Test
  void aDaemonWithAGraphDriverHasNoStoreForItsRunningContainers() throws IOException {
    ContainerdSample.in(dataRoot());
    Files.createDirectories(dataRoot().resolve("image/overlay2/layerdb"));
    Files.delete(dataRoot().resolve("rootfs/overlayfs"));
    Files.delete(dataRoot().resolve("rootfs"));
    Path content = dataRoot().resolve("containerd/daemon/io.containerd.content.v1.content");
    Files.move(content, directory.resolve("content"));
    Path meta = dataRoot().resolve("containerd/daemon/io.containerd.metadata.v1.bolt/meta.db");
    var empty = new BoltTree.Bucket();
    Files.delete(meta);
    BoltFixture.write(
        meta, empty.with("v1", new BoltTree.Bucket().with("moby", new BoltTree.Bucket())));

    List<StoreSnapshot> stores = new StoreReader(dataRoot()).read(Freshness.EVERY_FILE).stores();

    assertThat(stores.stream().map(StoreSnapshot::name)).containsExactly("overlay2");
  }

  @Test
  void theWritableLayerOfAContainerIsADirectoryOfContainers() throws IOException {
    ContainerdSample.in(dataRoot());
    StoreSnapshot store =
        new StoreReader(dataRoot()).read(Freshness.EVERY_FILE).stores().getFirst();

    assertThat(store.writableLayers().keySet())
        .containsExactlyElementsOf(store.containers().stream().map(Container::id).toList());
    assertThat(store.directories().values())
        .filteredOn(directory -> store.writableLayers().containsValue(directory.path()))
        .extracting(StoreDirectory::owner)
        .hasSize(store.containers().size())
        .containsOnly(Owner.CONTAINER);
  }

  @Test
  void whatHasNotChangedIsTheSameInTheNextPass() throws IOException {
    ContainerdSample.in(dataRoot());
    var reader = new StoreReader(dataRoot());

    StoreSnapshot first = reader.read(Freshness.EVERY_FILE).stores().getFirst();
    StoreSnapshot second = reader.read(Freshness.of(List.of())).stores().getFirst();

    assertThat(second).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"moby", "k8s.io"})
  void aNamespaceStaysWhileItsDatabaseCannotBeRead(String namespace) throws IOException {
    Path meta = ContainerdSample.in(dataRoot()).meta();
    Path aside = directory.resolve("meta.db");
    var reader =
        new StoreReader(
            dataRoot(), new ContainerdSettings(Optional.empty(), List.of("absent", namespace)));
    List<String> before = names(reader);

    Files.move(meta, aside);
    Files.createDirectory(meta);
    List<String> unread = names(reader);
    Files.delete(meta);
    Files.move(aside, meta);

    assertThat(before).containsExactly("overlayfs in " + namespace);
    assertThat(unread).isEqualTo(before);
    assertThat(names(reader)).isEqualTo(before);
  }

  private static List<String> names(StoreReader reader) {
    return reader.read(Freshness.EVERY_FILE).stores().stream().map(StoreSnapshot::name).toList();
  }

  /// As in a container into which it is not mounted.
  @Test
  void aRootThatHoldsNothingOfContainerdIsNotAStoreThatLostEverything() throws IOException {
    ContainerdSample.in(dataRoot(), directory.resolve("containerd"));
    Path empty = Files.createDirectory(directory.resolve("empty"));

    DataRootSnapshot seen = read(empty);

    assertThat(seen.state()).isEqualTo(DataRootState.CONTAINERD);
    assertThat(seen.stores()).isEmpty();
    assertThat(seen.detail())
        .isEqualTo(
            "--containerd.root=%s: not containerd's root directory, which has io.containerd.*"
                .formatted(empty));
  }

  @Test
  void theStoreOfAGraphDriverIsReadBesideARootThatHoldsNothing() throws IOException {
    new SampleStore(dataRoot()).image("app:1", "base");
    ContainerdSample.in(dataRoot(), directory.resolve("containerd"));
    Path empty = Files.createDirectory(directory.resolve("empty"));

    DataRootSnapshot seen = read(empty);

    assertThat(seen.stores()).map(StoreSnapshot::driver).containsExactly("overlay2");
    assertThat(seen.notRead()).containsOnlyKeys("containerd");
  }

  @Test
  void whatIsLookedForAndNotThereIsNamed() throws IOException {
    ContainerdSample.in(dataRoot(), directory.resolve("elsewhere"));
    var stores =
        new ContainerdStores(dataRoot(), "", ContainerdSettings.DEFAULT, new HomeSearch(directory));

    try (var root = RootDirectory.open(dataRoot())) {
      var daemon = new ContainerdStores.Daemon(true, StoreUse.IN_USE, Optional.empty());
      assertThat(stores.read(root, daemon, Freshness.EVERY_FILE))
          .isEqualTo(
              new ContainerdStores.Found(
                  List.of(),
                  Optional.of(
                      ("Docker stores images in containerd, but %s/var/lib/containerd cannot be"
                              + " read: no such directory; --containerd.root says where"
                              + " containerd's root directory is")
                          .formatted(directory))));
    }
  }

  private DataRootSnapshot read(Path containerd) {
    return new StoreReader(
            dataRoot(),
            new ContainerdSettings(Optional.of(containerd), List.of(ContainerdSettings.DOCKER)))
        .read(Freshness.EVERY_FILE);
  }

  private Path dataRoot() {
    return directory.resolve("docker");
  }

  private List<StoreSnapshot> packaged(boolean traces) throws IOException {
    var stores =
        new ContainerdStores(dataRoot(), "", ContainerdSettings.DEFAULT, new HomeSearch(directory));
    try (var root = RootDirectory.open(dataRoot())) {
      var daemon = new ContainerdStores.Daemon(traces, StoreUse.IN_USE, Optional.empty());
      return stores.read(root, daemon, Freshness.EVERY_FILE).stores();
    }
  }

  private static Map<Owner, Long> owners(StoreSnapshot store) {
    var owners = new TreeMap<Owner, Long>();
    for (StoreDirectory each : store.directories().values()) {
      owners.merge(each.owner(), 1L, Long::sum);
    }
    return owners;
  }
}

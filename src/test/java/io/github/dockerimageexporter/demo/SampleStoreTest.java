package io.github.dockerimageexporter.demo;

import static io.github.dockerimageexporter.demo.Contents.names;
import static io.github.dockerimageexporter.demo.Contents.text;
import static io.github.dockerimageexporter.demo.Contents.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleStoreTest {
  private static final ChainId BASE = SampleStore.chainId("base");
  private static final ChainId APP = SampleStore.chainId("base", "app");

  @TempDir Path dataRoot;
  private SampleStore store;

  @BeforeEach
  void emptyStore() {
    store = new SampleStore(dataRoot);
  }

  @Test
  void emptyStoreHasTheFilesOfAFreshDaemon() throws IOException {
    assertThat(tree(dataRoot))
        .containsExactly(
            "buildkit",
            "containers",
            "image",
            "image/overlay2",
            "image/overlay2/distribution",
            "image/overlay2/imagedb",
            "image/overlay2/imagedb/content",
            "image/overlay2/imagedb/content/sha256",
            "image/overlay2/imagedb/metadata",
            "image/overlay2/imagedb/metadata/sha256",
            "image/overlay2/layerdb",
            "image/overlay2/repositories.json",
            "overlay2",
            "overlay2/l",
            "tmp");
    assertThat(store.repositories()).hasContent("{\"Repositories\":{}}");
  }

  @Test
  void layerRecordSaysWhatTheChainImplies() throws IOException {
    store.image("app:1", "base", "app");

    assertThat(APP).isEqualTo(BASE.with(SampleStore.diffId("app")));
    assertThat(textsIn(store.layer(APP)))
        .isEqualTo(
            Map.of(
                "diff", SampleStore.diffId("app").toString(),
                "size", Long.toString(SampleStore.sizeBytes("app")),
                "cache-id", SampleStore.cacheId("base", "app").toString(),
                "parent", BASE.toString()));
  }

  @Test
  void baseLayerHasNoParent() throws IOException {
    store.image("app:1", "base");

    assertThat(textsIn(store.layer(BASE)).keySet()).containsExactly("cache-id", "diff", "size");
  }

  @Test
  void sizeIsWhatAWalkOfTheDirectoryCounts() throws IOException {
    store.image("app:1", "base", "app");

    try (var files = Files.walk(store.content(SampleStore.cacheId("base", "app")))) {
      long walked = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
      assertThat(walked).isEqualTo(SampleStore.sizeBytes("app"));
    }
  }

  @Test
  void imageIsNamedByTheDigestOfItsConfiguration() throws IOException {
    ImageId id = store.image("app:1", "base", "app");

    assertThat(Digest.of(Files.readAllBytes(store.config(id)))).isEqualTo(id.digest());
    assertThat(store.config(id))
        .content()
        .contains(
            "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\",\"%s\"]}"
                .formatted(SampleStore.diffId("base"), SampleStore.diffId("app")));
  }

  @Test
  void referencesAreGroupedByRepository() throws IOException {
    ImageId id = store.image("localhost:5000/app:1", "base");
    String byDigest = "app@" + Digest.of("manifest");
    store.tag(byDigest, id);

    assertThat(store.repositories())
        .hasContent(
            "{\"Repositories\":{\"app\":{\"%2$s\":\"%1$s\"},\"localhost:5000/app\":{\"localhost:5000/app:1\":\"%1$s\"}}}"
                .formatted(id, byDigest));
  }

  @Test
  void taggingAnImageRecordsWhen() {
    ImageId id = store.image("app:1", "base");
    store.tag("app:2", id);

    assertThat(store.metadata(id).resolve("lastUpdated")).hasContent("2026-01-01T00:00:00Z");
  }

  @Test
  void metadataNamesTheParentImage() {
    ImageId parent = store.image("base:1", "base");
    ImageId child = store.image("app:1", "base", "app");
    store.parent(child, parent);

    assertThat(store.metadata(child).resolve("parent")).hasContent(parent.toString());
  }

  @Test
  void removingAnImageKeepsTheLayersOfOthers() throws IOException {
    store.image("base:1", "base");
    List<String> before = tree(dataRoot);
    ImageId app = store.image("app:1", "base", "app");
    store.tag("app:2", app);
    store.remove(app);

    var left = new ArrayList<>(tree(dataRoot));
    left.removeAll(before);
    assertThat(left).containsExactly("overlay2/" + SampleStore.cacheId("base") + "/committed");
  }

  @Test
  void untaggedImageStays() {
    ImageId id = store.image("app:1", "base");
    store.untag("app:1");

    assertThat(store.repositories()).hasContent("{\"Repositories\":{}}");
    assertThat(store.config(id)).exists();
  }

  @Test
  void containerHasAMountOnItsImage() throws IOException {
    ImageId image = store.image("app:1", "base", "app");
    String id = store.container("web", image);

    String mountId = text(store.mount(id), "mount-id");
    assertThat(textsIn(store.mount(id)))
        .isEqualTo(
            Map.of("mount-id", mountId, "init-id", mountId + "-init", "parent", APP.toString()));
    String initLink = text(directory(new CacheId(mountId + "-init")), "link");
    assertThat(directory(new CacheId(mountId)).resolve("lower"))
        .content()
        .startsWith("l/" + initLink + ":l/");
  }

  @Test
  void removedContainerLeavesNothing() throws IOException {
    ImageId image = store.image("app:1", "base");
    store.removeContainer(store.container("web", image));

    assertThat(dataRoot.resolve("containers")).isEmptyDirectory();
    assertThat(dataRoot.resolve("image/overlay2/layerdb/mounts")).isEmptyDirectory();
    assertThat(names(dataRoot.resolve("overlay2")))
        .containsExactly(SampleStore.cacheId("base").value(), "l");
    assertThat(names(dataRoot.resolve("overlay2/l"))).hasSize(1);
  }

  @Test
  void containerKeepsTheLayersOfARemovedImage() {
    ImageId image = store.image("app:1", "base", "app");
    String container = store.container("web", image);

    store.remove(image);
    assertThat(store.layer(APP)).exists();

    store.removeContainer(container);
    assertThat(store.layer(APP).getParent()).isEmptyDirectory();
  }

  @Test
  void remappedRootHoldsAllOfIt() throws IOException {
    var remapped =
        new SampleStore(
            dataRoot.resolve("remapped"), new GraphDriverLayout("165536.165536/", "overlay2"));
    remapped.image("app:1", "base");

    assertThat(tree(dataRoot.resolve("remapped")).stream().filter(p -> !p.contains("/")))
        .containsExactly("165536.165536");
  }

  @Test
  void metadataIsForRootAlone() throws IOException {
    assertThat(Files.getPosixFilePermissions(dataRoot.resolve("image")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(store.repositories()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  private Path directory(CacheId id) {
    return dataRoot.resolve("overlay2", id.value());
  }

  /// Every file of a metadata directory, but for the compressed one, with its text.
  private static Map<String, String> textsIn(Path directory) throws IOException {
    var texts = new TreeMap<String, String>();
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(f -> !f.toString().endsWith(".gz")).toList()) {
        texts.put(file.getFileName().toString(), Files.readString(file, UTF_8));
      }
    }
    return texts;
  }
}

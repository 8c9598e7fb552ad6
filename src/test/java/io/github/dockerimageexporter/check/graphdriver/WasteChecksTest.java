package io.github.dockerimageexporter.check.graphdriver;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A healthy store, to which each test adds something that nothing owns; unless a test says
/// otherwise, all of it is past the grace.
class WasteChecksTest {
  private static final String HEX = Digest.of("unknown").hex();
  private static final String BUILD_CACHE_ID = "k0mhz3dpnd0d2k8q9v2x5y1ab";
  private static final ChainId MORE = chainId("base", "more");
  private static final ChainId MOST = chainId("base", "more", "most");

  @TempDir private Path dataRoot;
  private SampleStore store;
  private ImageId extra;

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(dataRoot);
    store.tag("app:latest", store.image("app:1", "base", "app"));
    extra = store.image("extra:1", "base", "more", "most");
    store.container("web", extra);
  }

  @Test
  void whatAHealthyStoreHoldsIsNoWaste() {
    assertThat(problems()).isEmpty();
  }

  @Test
  void ofAChainThatNothingUsesTheTopmostLayerIsUnreferenced() throws IOException {
    forget(chainUser("spare"));

    ChainId top = chainId("spare", "spare-top");
    assertThat(problems())
        .containsExactly(new Problem.LayerUnreferenced(top, path(store.layer(top))));
  }

  @Test
  void aLayerThatAContainerUsesIsReferenced() throws IOException {
    store.untag("extra:1");
    Files.delete(store.config(extra));

    assertThat(problems()).isEmpty();
  }

  @Test
  void aLayerThatTheBuildCacheUsesIsReferenced() throws IOException {
    forget(chainUser("spare"));
    String top = chainId("spare", "spare-top").toString();
    buildCache(new BoltTree.Bucket().with("lease", new BoltTree.Bucket().with("chainid", top)));

    assertThat(problems()).isEmpty();
  }

  @Test
  void aLayerThatTheBuildCacheStandsOnIsReferenced() throws IOException {
    forget(chainUser("spare"));
    String top = chainId("spare", "spare-top").toString();
    buildCache(
        new BoltTree.Bucket().with(BUILD_CACHE_ID, new BoltTree.Bucket().with("parent", top)));

    assertThat(problems()).isEmpty();
  }

  @Test
  void noLayerIsUnreferencedWhileTheBuildCacheIsNotKnown() throws IOException {
    forget(chainUser("spare"));
    Files.writeString(dataRoot.resolve("buildkit/snapshots.db"), "x".repeat(8192));

    assertThat(problems()).isEmpty();
  }

  @Test
  void noLayerIsUnreferencedWhileAnImageDoesNotTellItsLayers() throws IOException {
    forget(chainUser("spare"));
    Files.writeString(store.config(extra), "");

    assertThat(problems())
        .containsExactly(
            new Problem.ImageConfigDigestMismatch(extra, path(store.config(extra)), Digest.of("")));
  }

  @Test
  void noLayerIsUnreferencedWhileAPullIsAtWork() throws IOException {
    forget(chainUser("spare"));
    Instant old = Instant.now();
    awaitClock(old);
    Files.createFile(dataRoot.resolve("tmp/GetImageBlob17"));

    assertThat(problems(old)).isEmpty();
    assertThat(problems()).hasSize(2);
  }

  @Test
  void whatIsKnownStaysWhileAContainerIsBeingMade() throws IOException {
    forget(chainUser("spare"));
    driverDirectory(HEX);
    Set<Problem> known = Set.copyOf(problems());
    Path mount = Files.createDirectory(dataRoot.resolve(store.layout().mounts()).resolve(HEX));
    Files.createFile(mount.resolve("mount-id"));
    Files.createFile(mount.resolve("parent"));

    assertThat(known).hasSize(2);
    assertThat(problems()).isEmpty();
    assertThat(problems(known, Instant.MAX)).containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void whatIsKnownGoesOnceItIsUsed() throws IOException {
    forget(chainUser("spare"));
    Set<Problem> known = Set.copyOf(problems());
    chainUser("spare");

    assertThat(problems(known, Instant.MAX)).isEmpty();
  }

  @Test
  void aRenamedLayerIsARemovalLeftover() throws IOException {
    chainUser("spare");
    ImageId spare = chainUser("spare");
    Path layer = store.layer(chainId("spare", "spare-top"));
    Path removing = layer.resolveSibling(layer.getFileName() + "-" + HEX + "-removing");
    Files.move(layer, removing);
    forget(spare);
    store.image("base of spare", "spare");

    assertThat(problems()).containsExactly(new Problem.LayerRemovalLeftover(path(removing)));
  }

  @Test
  void aWriteSetIsATransactionLeftoverWithTheDirectoryThatItNames() throws IOException {
    Path writeSet =
        Files.createDirectories(dataRoot.resolve("image/overlay2/layerdb/tmp/write-set-12"));
    Files.writeString(writeSet.resolve("cache-id"), HEX);
    Files.createDirectories(dataRoot.resolve("overlay2").resolve(HEX).resolve("diff"));

    assertThat(problems()).containsExactly(new Problem.LayerTransactionLeftover(path(writeSet)));
  }

  @Test
  void aDirectoryThatNothingNamesIsAnOrphan() throws IOException {
    Path orphan = driverDirectory(HEX);
    Path ofContainer = driverDirectory(HEX + "-init");
    Path ofBuild = driverDirectory(BUILD_CACHE_ID);
    buildCache(new BoltTree.Bucket());

    assertThat(problems())
        .containsExactly(
            new Problem.OrphanDirectory(path(orphan)),
            new Problem.OrphanDirectory(path(ofContainer)),
            new Problem.OrphanDirectory(path(ofBuild)));
  }

  @Test
  void aDirectoryWithANameThatIsNoDriversIsNoOrphan() throws IOException {
    driverDirectory("lost+found");
    driverDirectory(HEX.substring(1));

    assertThat(problems()).isEmpty();
  }

  @Test
  @Requires(Requirement.ROOT)
  void aMountedDirectoryIsNoOrphan() throws IOException, InterruptedException {
    Path directory = driverDirectory(HEX);
    Path merged = Files.createDirectory(directory.resolve("merged"));
    Program.of("mount", "-t", "tmpfs", "tmpfs", merged.toString()).run();
    try {
      assertThat(problems()).isEmpty();
    } finally {
      Program.of("umount", merged.toString()).run();
    }
    assertThat(problems()).containsExactly(new Problem.OrphanDirectory(path(directory)));
  }

  @Test
  void aDirectoryOfTheBuildCacheIsNoOrphan() throws IOException {
    driverDirectory(BUILD_CACHE_ID);
    buildCache(
        new BoltTree.Bucket().with(BUILD_CACHE_ID, new BoltTree.Bucket().with("parent", "")));

    assertThat(problems()).isEmpty();
  }

  @Test
  void noDirectoryOfABuildIsAnOrphanWhileTheBuildCacheIsAbsent() throws IOException {
    driverDirectory(BUILD_CACHE_ID);
    Path ofLayer = driverDirectory(HEX);

    assertThat(problems()).containsExactly(new Problem.OrphanDirectory(path(ofLayer)));
  }

  @Test
  void noDirectoryOfABuildIsAnOrphanWhileTheBuildCacheIsNotKnown() throws IOException {
    driverDirectory(BUILD_CACHE_ID);
    Files.delete(dataRoot.resolve("buildkit"));

    assertThat(problems()).isEmpty();
  }

  @Test
  void noDirectoryIsAnOrphanWhileALayerDoesNotTellItsOwn() throws IOException {
    driverDirectory(HEX);
    Files.writeString(store.layer(MORE).resolve("cache-id"), "");

    assertThat(kinds()).containsExactly(Kind.LAYER_METADATA_INVALID);
  }

  @Test
  void theDirectoryOfALayerWithAnotherFileMissingIsNoOrphan() throws IOException {
    Files.delete(store.layer(MOST).resolve("size"));

    assertThat(kinds()).containsExactly(Kind.LAYER_METADATA_INVALID);
  }

  @Test
  void aYoungDirectoryIsNoOrphan() throws IOException {
    Instant old = Instant.now();
    awaitClock(old);
    Path orphan = driverDirectory(HEX);

    assertThat(problems(old)).isEmpty();
    assertThat(problems()).containsExactly(new Problem.OrphanDirectory(path(orphan)));
  }

  @Test
  void aDirectoryIsNoOrphanWhileTheLayerOfItsTimeIsBeingRegistered() throws IOException {
    driverDirectory(HEX);
    Instant old = Instant.now();
    awaitClock(old);
    Path writeSet =
        Files.createDirectories(dataRoot.resolve("image/overlay2/layerdb/tmp/write-set-12"));
    Files.createFile(writeSet.resolve("tar-split.json.gz"));

    assertThat(problems(old)).isEmpty();
  }

  @Test
  void aDirectoryThatALayerStandsOnIsNoOrphan() throws IOException {
    standOn(driverDirectory(HEX), dataRoot.resolve("overlay2/" + cacheId("base", "more")));

    assertThat(kinds()).containsExactly(Kind.OVERLAY_LOWER_MISMATCH);
  }

  @Test
  void aDirectoryThatTheBuildCacheStandsOnIsNoOrphan() throws IOException {
    standOn(driverDirectory(HEX), driverDirectory(BUILD_CACHE_ID));
    buildCache(
        new BoltTree.Bucket().with(BUILD_CACHE_ID, new BoltTree.Bucket().with("parent", "")));

    assertThat(problems()).isEmpty();
  }

  @Test
  void aDirectoryThatOnlyAnOrphanStandsOnIsAnOrphan() throws IOException {
    Path below = driverDirectory(HEX);
    Path above = driverDirectory(BUILD_CACHE_ID);
    standOn(below, above);
    buildCache(new BoltTree.Bucket());

    assertThat(problems())
        .containsExactly(
            new Problem.OrphanDirectory(path(below)), new Problem.OrphanDirectory(path(above)));
  }

  @Test
  void aShortNameWithoutDirectoryIsUnowned() throws IOException {
    Path link = shortName("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "../" + HEX + "/diff");

    assertThat(problems()).containsExactly(new Problem.OverlayLinkUnowned(path(link)));
  }

  @Test
  void aSecondShortNameOfADirectoryIsUnowned() throws IOException {
    String target = "../" + cacheId("base") + "/diff";
    Path link = shortName("ABCDEFGHIJKLMNOPQRSTUVWXYZ", target);

    assertThat(problems()).containsExactly(new Problem.OverlayLinkUnowned(path(link)));
  }

  @Test
  void theShortNameOfAnOrphanIsTheOrphans() throws IOException {
    Path orphan = driverDirectory(HEX);
    shortName("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "../" + HEX + "/diff");

    assertThat(problems()).containsExactly(new Problem.OrphanDirectory(path(orphan)));
  }

  @Test
  void aMountWhoseContainerIsGoneIsUnowned() throws IOException {
    String gone = store.container("gone", extra);
    delete(store.container(gone));

    assertThat(problems()).containsExactly(new Problem.MountUnowned(path(store.mount(gone)), gone));
  }

  @Test
  void aMountThatIsNoContainersNeedsNone() throws IOException {
    String view = store.container("view", extra);
    delete(store.container(view));
    Files.delete(store.mount(view).resolve("init-id"));
    delete(
        dataRoot.resolve(
            "overlay2/" + Files.readString(store.mount(view).resolve("mount-id")) + "-init"));

    assertThat(kinds()).doesNotContain(Kind.MOUNT_UNOWNED);
  }

  @Test
  void metadataWithoutItsImageIsAnOrphan() throws IOException {
    var gone = new ImageId(new Digest(HEX));
    Files.createDirectories(store.metadata(gone));

    assertThat(problems())
        .containsExactly(new Problem.ImageMetadataOrphan(gone, path(store.metadata(gone))));
  }

  @Test
  void whatPullsLoadsAndBuildsKeptInTmpIsADownloadLeftover() throws IOException {
    Path blob = Files.createFile(dataRoot.resolve("tmp/GetImageBlob4711"));
    Path load = Files.createDirectory(dataRoot.resolve("tmp/docker-import-12"));
    Files.createDirectory(dataRoot.resolve("tmp/mine"));

    assertThat(problems())
        .containsExactly(
            new Problem.DownloadLeftover(path(blob)), new Problem.DownloadLeftover(path(load)));
  }

  @Test
  void namesThatDockerDoesNotWriteAreStray() throws IOException {
    List<String> strays =
        List.of(
            "image/overlay2/imagedb/content/sha256/.tmp-" + HEX + "12",
            "image/overlay2/imagedb/metadata/sha256/notes",
            "image/overlay2/layerdb/mounts/notes",
            "image/overlay2/layerdb/sha256/" + HEX + ".bak",
            "image/overlay2/layerdb/tmp/notes");
    for (String stray : strays) {
      Files.createFile(dataRoot.resolve(stray));
    }

    assertThat(problems())
        .containsExactlyElementsOf(strays.stream().<Problem>map(Problem.StrayEntry::new).toList());
  }

  @Test
  void wasteMakesNothingInconsistent() throws IOException {
    forget(chainUser("spare"));
    driverDirectory(HEX);
    StoreSnapshot snapshot = read();
    ObservedStore observed = Checking.observe(snapshot, Instant.MAX);

    assertThat(observed.report().findings()).hasSize(2);
    assertThat(observed.consistency().inconsistentLayers()).isEmpty();
  }

  /// An image of two layers that nothing else uses.
  private ImageId chainUser(String word) {
    return store.image(word + ":1", word, word + "-top");
  }

  /// Takes an image away and leaves its layers.
  private void forget(ImageId image) throws IOException {
    store.untag("spare:1");
    Files.delete(store.config(image));
  }

  private Path driverDirectory(String name) throws IOException {
    Path directory = dataRoot.resolve("overlay2").resolve(name);
    Files.createDirectories(directory.resolve("diff"));
    return directory;
  }

  /// Puts `below`, which has no short name yet, at the bottom of the stack of `above`.
  private void standOn(Path below, Path above) throws IOException {
    String link = "BELOWBELOWBELOWBELOWBELOWB";
    shortName(link, "../" + below.getFileName() + "/diff");
    Files.writeString(below.resolve("link"), link);
    Path lower = above.resolve("lower");
    String before = Files.exists(lower) ? Files.readString(lower) + ":" : "";
    Files.writeString(lower, before + "l/" + link);
  }

  private Path shortName(String name, String target) throws IOException {
    return Files.createSymbolicLink(dataRoot.resolve("overlay2/l").resolve(name), Path.of(target));
  }

  private void buildCache(BoltTree.Bucket content) throws IOException {
    BoltFixture.write(dataRoot.resolve("buildkit/snapshots.db"), content);
  }

  private List<Kind> kinds() {
    return problems().stream().map(Problem::kind).toList();
  }

  private List<Problem> problems() {
    return problems(Instant.MAX);
  }

  private List<Problem> problems(Instant grace) {
    return problems(Set.of(), grace);
  }

  private List<Problem> problems(Set<Problem> known, Instant grace) {
    return Checking.problems(read(), known, grace);
  }

  private StoreSnapshot read() {
    return new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst();
  }

  private String path(Path file) {
    return dataRoot.relativize(file).toString();
  }

  /// Until the file system's clock, which ticks more slowly, is past `instant` too.
  private void awaitClock(Instant instant) {
    org.awaitility.Awaitility.await()
        .until(
            () -> {
              Path probe = Files.createTempFile(dataRoot, "clock", "");
              Instant changed = Files.getLastModifiedTime(probe).toInstant();
              Files.delete(probe);
              return changed.isAfter(instant);
            });
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

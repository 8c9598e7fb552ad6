package io.github.dockerimageexporter.store;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.snapshot.DataRootSnapshot;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a later pass reads again of a store that it has read before.
class StoreRereadingTest {
  @TempDir private Path dataRoot;

  @Test
  void whatHasNotChangedIsTheSameObject() {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
    var reader = new StoreReader(dataRoot);
    OldFiles.awaitIn(dataRoot);
    StoreSnapshot first = only(reader.read(Freshness.EVERY_FILE));

    store.image("tool:1", "base", "tool");
    StoreSnapshot second = only(reader.read(Freshness.EVERY_FILE));

    assertThat(second.layers()).hasSize(3);
    assertThat(second.layers().get(chainId("base"))).isSameAs(first.layers().get(chainId("base")));
  }

  @Test
  void anEditInPlaceOfTheSameLengthIsSeen() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base");
    var reader = new StoreReader(dataRoot);
    reader.read(Freshness.EVERY_FILE);

    Files.writeString(store.layer(chainId("base")).resolve("diff"), diffId("other").toString());

    assertThat(diffIdOfBase(only(reader.read(Freshness.EVERY_FILE)))).contains(diffId("other"));
  }

  @Test
  void trustLeavesAnEditInPlaceToTheNextFullScanAndSeesNewLayers() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base");
    var reader = new StoreReader(dataRoot);
    OldFiles.awaitIn(dataRoot);
    reader.read(Freshness.EVERY_FILE);

    Files.writeString(store.layer(chainId("base")).resolve("diff"), diffId("other").toString());
    store.image("tool:1", "base", "tool");
    String added = "image/overlay2/layerdb/sha256/" + chainId("base", "tool").digest().hex();
    StoreSnapshot trusting = only(reader.read(Freshness.of(List.of(added))));

    assertThat(diffIdOfBase(trusting)).contains(diffId("base"));
    assertThat(trusting.layers()).containsKey(chainId("base", "tool"));
    assertThat(diffIdOfBase(only(reader.read(Freshness.EVERY_FILE)))).contains(diffId("other"));
  }

  /// Else a second look would say what the first one has said, and prove nothing.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/overlay2/layerdb/sha256/BASE/size",
        "image/overlay2/layerdb/sha256/BASE/diff",
        "image/overlay2/imagedb/content/sha256/IMAGE",
        "overlay2/DIRECTORY/link",
        "overlay2/DIRECTORY/diff",
      })
  void whatIsWrongIsLookedAtAgainThoughNothingIsTold(String harmed) throws IOException {
    var store = new SampleStore(dataRoot);
    String image = store.image("app:1", "base").digest().hex();
    OldFiles.awaitIn(dataRoot);
    var reader = new StoreReader(dataRoot);
    StoreSnapshot sound = only(reader.read(Freshness.EVERY_FILE));
    String directory = sound.layers().values().iterator().next().cacheId().value();
    Path path =
        dataRoot.resolve(
            harmed
                .replace("BASE", chainId("base").digest().hex())
                .replace("IMAGE", image)
                .replace("DIRECTORY", directory));
    Path away = dataRoot.resolveSibling(dataRoot.getFileName() + "-away");
    Files.move(path, away);
    OldFiles.awaitIn(dataRoot);
    assertThat(only(reader.read(Freshness.EVERY_FILE))).isNotEqualTo(sound);

    Files.move(away, path);
    OldFiles.awaitIn(dataRoot);

    assertThat(told(only(reader.read(Freshness.of(List.of()))))).isEqualTo(told(sound));
  }

  @Test
  void whatIsNotedOfAnImageThatIsGoneIsSeenThoughNothingIsTold() throws IOException {
    var store = new SampleStore(dataRoot);
    ImageId image = store.image("app:1", "base");
    Files.createDirectories(store.metadata(image));
    OldFiles.awaitIn(dataRoot);
    var reader = new StoreReader(dataRoot);
    reader.read(Freshness.EVERY_FILE);

    Files.delete(store.config(image));
    OldFiles.awaitIn(dataRoot);

    assertThat(leftovers(reader, Freshness.of(List.of())))
        .containsExactly(
            store.layout().imageMetadata() + "/" + image.digest().hex(),
            store.layout().layer(chainId("base")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/overlay2/layerdb/sha256/stray",
        "image/overlay2/imagedb/content/sha256/stray",
        "image/overlay2/imagedb/metadata/sha256/stray",
        "overlay2/l/stray",
      })
  void aStrayThatIsGoneIsSeen(String path) throws IOException {
    var store = new SampleStore(dataRoot);
    Files.createDirectories(store.metadata(store.image("app:1", "base")));
    Path stray = Files.createFile(dataRoot.resolve(path));
    OldFiles.awaitIn(dataRoot);
    var reader = new StoreReader(dataRoot);
    assertThat(leftovers(reader, Freshness.EVERY_FILE)).containsExactly(path);

    Files.delete(stray);
    OldFiles.awaitIn(dataRoot);

    assertThat(leftovers(reader, Freshness.EVERY_FILE)).isEmpty();
  }

  /// An event may come late, when the list that it tells of has been looked at because of others.
  @Test
  void aShortNameThatIsToldLateIsSeen() throws IOException {
    StoreReader reader = readBeforeTwoShortNamesCame();

    assertThat(leftovers(reader, Freshness.of(List.of("overlay2/l/TOLD"))))
        .containsExactly("overlay2/l/TOLD");
    assertThat(leftovers(reader, Freshness.of(List.of("overlay2/l/LATE"))))
        .containsExactly("overlay2/l/LATE", "overlay2/l/TOLD");
  }

  @Test
  void aFullScanSeesWhatWasNeverTold() throws IOException {
    StoreReader reader = readBeforeTwoShortNamesCame();
    reader.read(Freshness.of(List.of("overlay2/l/TOLD")));

    assertThat(leftovers(reader, Freshness.EVERY_FILE))
        .containsExactly("overlay2/l/LATE", "overlay2/l/TOLD");
  }

  @Test
  void shortNamesThatAreLostAfterSomeWereToldAreNotShown() throws IOException {
    StoreReader reader = readBeforeTwoShortNamesCame();
    reader.read(Freshness.of(List.of("overlay2/l/TOLD")));
    Files.move(dataRoot.resolve("overlay2/l"), dataRoot.resolve("aside"));

    assertThat(reader.read(Freshness.EVERY_FILE).stores())
        .isEqualTo(new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores());
  }

  private StoreReader readBeforeTwoShortNamesCame() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base");
    Path links = dataRoot.resolve("overlay2/l");
    var reader = new StoreReader(dataRoot);
    reader.read(Freshness.EVERY_FILE);
    Files.createSymbolicLink(links.resolve("TOLD"), Path.of("../gone/diff"));
    Files.createSymbolicLink(links.resolve("LATE"), Path.of("../gone/diff"));
    OldFiles.awaitIn(dataRoot);
    return reader;
  }

  private static List<String> leftovers(StoreReader reader, Freshness freshness) {
    return only(reader.read(freshness)).leftovers().stream().map(Leftover::path).toList();
  }

  private static List<Object> told(StoreSnapshot store) {
    return List.of(store.images(), store.layers(), store.layerDirectories(), store.leftovers());
  }

  private static Optional<DiffId> diffIdOfBase(StoreSnapshot snapshot) {
    return Optional.ofNullable(snapshot.layers().get(chainId("base"))).map(Layer::diffId);
  }

  private static StoreSnapshot only(DataRootSnapshot root) {
    assertThat(root.state()).isEqualTo(DataRootState.GRAPHDRIVER);
    assertThat(root.stores()).hasSize(1);
    return root.stores().getFirst();
  }
}

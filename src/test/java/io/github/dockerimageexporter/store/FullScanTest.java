package io.github.dockerimageexporter.store;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A full scan of a store in which nothing was wrong finds whatever has changed since.
class FullScanTest {
  @TempDir private Path dataRoot;
  private StoreReader reader;
  private StoreSnapshot sound;

  @BeforeEach
  void read() {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    OldFiles.awaitIn(dataRoot);
    reader = new StoreReader(dataRoot);
    sound = scan(reader);
    assertThat(scan(reader)).isEqualTo(sound);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LAYER/diff",
        "LAYER/cache-id",
        "LAYER/size",
        "LAYER/parent",
        "LAYER/tar-split.json.gz",
        "DIRECTORY/link",
        "DIRECTORY/lower",
      })
  void anEditInPlaceOfTheSameLengthIsSeen(String file) throws IOException {
    Path path = path(file);
    byte[] content = Files.readAllBytes(path);
    content[content.length - 1] ^= 1;
    Files.write(path, content);

    assertThat(scan(reader)).isNotEqualTo(sound).isEqualTo(scan(new StoreReader(dataRoot)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LAYER",
        "LAYER/diff",
        "LAYER/parent",
        "LAYER/tar-split.json.gz",
        "DIRECTORY",
        "DIRECTORY/diff",
        "DIRECTORY/link",
        "DIRECTORY/lower"
      })
  void aLinkThatTakesItsPlaceIsNotFollowed(String file) throws IOException {
    Path path = path(file);
    Path away = Files.move(path, dataRoot.resolve("away"));
    Files.createSymbolicLink(path, away);

    assertThat(scan(reader)).isNotEqualTo(sound).isEqualTo(scan(new StoreReader(dataRoot)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LAYER", "DIRECTORY", "DIRECTORY/diff"})
  void aDirectoryThatWasAwayIsThereAgain(String directory) throws IOException {
    Path path = path(directory);
    Path away = Files.move(path, dataRoot.resolve("away"));
    Files.createFile(path);
    scan(reader);
    Files.delete(path);
    Files.move(away, path);

    assertThat(scan(reader).layers()).isEqualTo(sound.layers());
    assertThat(scan(reader)).isEqualTo(scan(new StoreReader(dataRoot)));
  }

  @Test
  void aDirectoryThatALayerHasLeftAndTakenAgainIsItsOwn() throws IOException {
    Path cacheId = path("LAYER/cache-id");
    String own = Files.readString(cacheId);
    Files.writeString(cacheId, "0".repeat(own.length()));
    scan(reader);
    Files.writeString(cacheId, own);

    assertThat(scan(reader)).isEqualTo(scan(new StoreReader(dataRoot)));
  }

  @Test
  void whatTwoFullScansFoundWrongIsLookedAtAgainThoughNothingIsTold() throws IOException {
    Path diffId = path("LAYER/diff");
    String own = Files.readString(diffId);
    Files.writeString(diffId, diffId("other").toString());
    OldFiles.awaitIn(dataRoot);
    scan(reader);
    scan(reader);
    Files.writeString(diffId, own);

    StoreSnapshot told = reader.read(Freshness.of(List.of())).stores().getFirst();

    assertThat(told.layers()).isEqualTo(sound.layers());
  }

  private Path path(String file) {
    var layer = chainId("base", "app");
    String directory = requireNonNull(sound.layers().get(layer)).cacheId().value();
    return dataRoot.resolve(
        file.replace("LAYER", "image/overlay2/layerdb/sha256/" + layer.digest().hex())
            .replace("DIRECTORY", "overlay2/" + directory));
  }

  private static StoreSnapshot scan(StoreReader reader) {
    return reader.read(Freshness.EVERY_FILE).stores().getFirst();
  }
}

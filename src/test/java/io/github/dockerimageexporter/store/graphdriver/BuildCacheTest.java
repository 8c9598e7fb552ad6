package io.github.dockerimageexporter.store.graphdriver;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.posix.RootDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BuildCacheTest {
  private static final CacheId IMPORTED =
      new CacheId("195cc4a3d1872f60aaa0e2bce9d037facbd5d14825cbfdda9a883b1444c1f71b");

  private final BuildCacheStore store = new BuildCacheStore("");
  @TempDir Path dataRoot;
  private Path file;

  @BeforeEach
  void nameFile() throws IOException {
    file = Files.createDirectory(dataRoot.resolve("buildkit")).resolve("snapshots.db");
  }

  @Test
  void realEnginesDriverHoldsTheCachesDirectoriesAndTheImportedLayer() throws IOException {
    try (var packed = new GZIPInputStream(resource("snapshots.db.gz"))) {
      Files.copy(packed, file);
    }
    Set<CacheId> directories =
        lines("overlay2.txt")
            .map(CacheId::new)
            .filter(directory -> !directory.equals(IMPORTED))
            .collect(Collectors.toSet());
    Set<ChainId> chainIds = lines("layerdb.txt").map(ChainId::parse).collect(Collectors.toSet());

    assertThat(read()).isEqualTo(new BuildCache.Known(directories, chainIds));
  }

  @Test
  void anUnchangedFileIsNotTakenApartAgain() throws IOException {
    BoltFixture.write(file, new BoltTree.Bucket());

    assertThat(read()).isSameAs(read());
  }

  @Test
  void anotherFileInItsPlaceIsReadThoughItsTransactionHasTheSameNumber() throws IOException {
    BoltFixture.write(file, new BoltTree.Bucket());
    read();
    Files.delete(file);
    var bucket = new BoltTree.Bucket().with("snapshot", new BoltTree.Bucket().with("parent", ""));
    BoltFixture.write(file, bucket);

    assertThat(read()).isEqualTo(new BuildCache.Known(Set.of(new CacheId("snapshot")), Set.of()));
  }

  @Test
  void withoutItsFileItIsAbsent() throws IOException {
    assertThat(read()).isEqualTo(new BuildCache.Absent());
  }

  @Test
  void bucketsWithoutDirectoryOrChainKeepNothing() throws IOException {
    var empty = new BoltTree.Bucket();
    BoltFixture.write(
        file,
        new BoltTree.Bucket()
            .with("sha256:" + "0".repeat(64), empty)
            .with("lease", new BoltTree.Bucket().with("size", "0")));

    assertThat(read()).isEqualTo(new BuildCache.Known(Set.of(), Set.of()));
  }

  @Test
  void namesThatLeaveTheDriversDirectoryAreUnknown() throws IOException {
    BoltFixture.write(
        file,
        new BoltTree.Bucket().with("snapshot", new BoltTree.Bucket().with("committed", "../x")));

    assertThat(read())
        .isEqualTo(
            new BuildCache.Unknown(file + ": expected a driver's directory name, found \"../x\""));
  }

  @Test
  void otherFormatIsUnknown() throws IOException {
    Files.writeString(file, "x".repeat(4096));

    assertThat(read())
        .isEqualTo(new BuildCache.Unknown(file + ": found magic 0x78787878, expected 0xed0cdaed"));
  }

  @Test
  void damagedFileIsUnknown() throws IOException {
    try (var packed = new GZIPInputStream(resource("snapshots.db.gz"))) {
      Files.write(file, packed.readNBytes(2 * 4096));
    }

    assertThat(read())
        .isEqualTo(
            new BuildCache.Unknown(
                file
                    + ": no consistent state in 5 reads, last: found a pointer to page 7,"
                    + " expected 2 to 10, in a file of 2 pages"));
  }

  @Test
  void aLinkToTheFileIsFollowed() throws IOException {
    Path elsewhere = dataRoot.resolve("elsewhere");
    BoltFixture.write(elsewhere, new BoltTree.Bucket());
    Files.createSymbolicLink(file, elsewhere);

    assertThat(read()).isEqualTo(new BuildCache.Known(Set.of(), Set.of()));
  }

  @Test
  void aLinkToNothingIsUnknown() throws IOException {
    Files.createSymbolicLink(file, Path.of("gone"));

    assertThat(read())
        .isEqualTo(
            new BuildCache.Unknown(
                file + " is a symbolic link to gone, which does not exist: is its disk mounted?"));
  }

  @Test
  @Timeout(20)
  void aPipeIsUnknownAndNotWaitedFor() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();

    assertThat(read())
        .isEqualTo(new BuildCache.Unknown(file + ": found a FIFO, expected a regular file"));
  }

  private BuildCache read() throws IOException {
    try (var root = RootDirectory.open(dataRoot)) {
      return store.read(root);
    }
  }

  private static Stream<String> lines(String name) throws IOException {
    try (var text = resource(name)) {
      return new String(text.readAllBytes(), US_ASCII).lines();
    }
  }

  private static InputStream resource(String name) throws IOException {
    var resource = BuildCacheTest.class.getResourceAsStream("/bolt/" + name);
    if (resource == null) {
      throw new NoSuchFileException(name);
    }
    return resource;
  }
}

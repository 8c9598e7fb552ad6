package io.github.dockerimageexporter.scrub;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.record.Crc64;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Unverifiable;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The layer of a sample store, which has one file, and what somebody made of it.
@Timeout(60)
class LayerScrubberTest {
  private static final String WORD = "base";

  @TempDir private Path dataRoot;
  private SampleStore store;
  private Path content;
  private Path record;

  @BeforeEach
  void makeStore() {
    store = new SampleStore(dataRoot);
    store.image("app:1", WORD);
    content = store.content(cacheId(WORD));
    record = store.layer(chainId(WORD)).resolve("tar-split.json.gz");
  }

  @ParameterizedTest
  @EnumSource
  void aHealthyLayerIsVerified(Depth depth) throws IOException {
    assertThat(scrub(depth)).get().isInstanceOf(Verified.class);
    assertThat(((Verified) scrub(depth).orElseThrow()).bytes() > 0)
        .isEqualTo(depth == Depth.CONTENT);
  }

  @Test
  void contentOfTheSameSizeIsNoMatterOfShape() throws IOException {
    flip(file());

    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Verified.class);
    assertThat(scrub(Depth.CONTENT)).contains(corrupt(Fault.FILE_CHECKSUM, name(file())));
  }

  /// File and record were changed together.
  @Test
  void aTarThatIsNotTheLayersIsToldThoughEachFileIsRight() throws IOException {
    long before = Crc64.of(Files.readAllBytes(file()));
    flip(file());
    long after = Crc64.of(Files.readAllBytes(file()));
    rewriteRecord(text -> text.replace(base64(before), base64(after)));

    assertThat(scrub(Depth.CONTENT).orElseThrow())
        .asInstanceOf(type(Corrupt.class))
        .extracting(Corrupt::faults)
        .satisfies(faults -> assertThat(faults).containsOnlyKeys(Fault.DIFF_ID));
  }

  @Test
  void theFirstTenFilesAreNamedAndAllCounted() throws IOException {
    for (int i = 10; i < 35; i++) {
      Files.writeString(content.resolve("added" + i), "content");
    }

    var faults = ((Corrupt) scrub(Depth.SHAPE).orElseThrow()).faults();

    assertThat(faults).containsOnlyKeys(Fault.FILE_UNEXPECTED);
    AffectedFiles files =
        faults.getOrDefault(Fault.FILE_UNEXPECTED, new AffectedFiles(0, List.of()));
    assertThat(files.count()).isEqualTo(25);
    assertThat(files.first()).hasSize(10).allMatch(name -> name.startsWith("added"));
  }

  @Test
  void aDirectoryThatBecameALinkIsToldOnceAndNotFollowed()
      throws IOException, InterruptedException {
    Path elsewhere = Files.createDirectory(dataRoot.resolve("elsewhere"));
    Path directory = topDirectory();
    copyInto(directory, elsewhere);
    delete(directory);
    Files.createSymbolicLink(directory, elsewhere);

    assertThat(((Corrupt) scrub(Depth.CONTENT).orElseThrow()).faults())
        .containsOnlyKeys(Fault.FILE_METADATA)
        .extractingByKey(Fault.FILE_METADATA)
        .satisfies(
            files -> {
              assertThat(files.count()).isEqualTo(1);
              assertThat(files.first().getFirst()).startsWith(name(directory) + " (");
            });
  }

  @Test
  void aFifoInAFilesPlaceIsNotWaitedFor() throws IOException, InterruptedException {
    Path file = file();
    Files.delete(file);
    Program.of("mkfifo", "--mode=644", file.toString()).run();

    assertThat(((Corrupt) scrub(Depth.CONTENT).orElseThrow()).faults())
        .containsOnlyKeys(Fault.FILE_METADATA);
  }

  /// Names that would lead out of the layer are looked for inside.
  @ParameterizedTest
  @ValueSource(
      strings = {"../../../../../../../etc/passwd", "/etc/passwd", "a/../../../etc/passwd"})
  void noNameLeadsOutOfTheLayer(String path) throws IOException {
    String name = name(file());
    rewriteRecord(text -> text.replace("\"" + name + "\"", "\"" + path + "\""));

    assertThat(((Corrupt) scrub(Depth.CONTENT).orElseThrow()).faults())
        .extractingByKey(Fault.FILE_MISSING)
        .isEqualTo(new AffectedFiles(1, List.of("etc/passwd")));
  }

  @Test
  void aRecordThatBreaksOffSaysNothing() throws IOException {
    byte[] whole = Files.readAllBytes(record);
    Files.write(record, Arrays.copyOf(whole, whole.length / 2));

    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Unverifiable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"type\":3}",
        "{\"type\":1,\"name\":\"x\"}",
        "{\"type\":2,\"payload\":\"!\"}",
        "{\"type\":2,\"size\":-1}",
        "nonsense"
      })
  void aRecordThatIsNoneSaysNothing(String text) throws IOException {
    rewriteRecord(_ -> text);

    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Unverifiable.class);
  }

  /// dockerd takes none of its metadata from there.
  @Test
  void theDirectoryThatAllIsUnpackedToMayHaveAnotherMode()
      throws IOException, InterruptedException {
    Path root = Files.createDirectory(dataRoot.resolve("root"));
    Program.of("chmod", "1700", root.toString()).run();
    record("./", root);

    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Verified.class);
  }

  @Test
  void whatDockerdMakesOfAFileOfAufsIsNotTold() throws IOException, InterruptedException {
    record(".wh..wh.aufs", Files.createFile(dataRoot.resolve("empty")));
    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Verified.class);

    Program.of("mknod", content.resolve(".wh.aufs").toString(), "c", "0", "0").run();
    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Verified.class);

    Program.of("mknod", content.resolve(".wh.other").toString(), "c", "0", "0").run();
    assertThat(scrub(Depth.SHAPE)).contains(corrupt(Fault.FILE_UNEXPECTED, ".wh.other"));
  }

  /// The record has the file's length, the tar that of its data.
  @ParameterizedTest
  @EnumSource
  void sparseFilesCannotBeCompared(Depth depth) throws IOException, InterruptedException {
    Path file = content.resolve("sparse");
    Program.of("truncate", "--size=1M", file.toString()).run();
    Path tar = dataRoot.resolve("sparse.tar");
    Program.of("tar", "-Scf", tar.toString(), "--format=posix", "-C", content.toString(), "sparse")
        .run();
    byte[] headers = Arrays.copyOf(Files.readAllBytes(tar), 1536);
    String entry =
        "{\"type\":2,\"payload\":\"%s\"}{\"type\":1,\"name\":\"sparse\",\"size\":1048576}"
            .formatted(Base64.getEncoder().encodeToString(headers));
    rewriteRecord(text -> entry + text);

    assertThat(scrub(depth))
        .contains(new Unverifiable("its tar has sparse files, which cannot be compared"));
  }

  /// Puts an entry at the start of the record, without content.
  private void record(String name, Path file) throws IOException, InterruptedException {
    Path tar = dataRoot.resolve("entry.tar");
    Program.of("tar", "--no-recursion", "-Pcf", tar.toString(), file.toString()).run();
    byte[] header = Arrays.copyOf(Files.readAllBytes(tar), 512);
    String entry =
        "{\"type\":2,\"payload\":\"%s\"}{\"type\":1,\"name\":\"%s\"}"
            .formatted(Base64.getEncoder().encodeToString(header), name);
    rewriteRecord(text -> entry + text);
  }

  /// One segment of 100 MB, which is never one array.
  @Test
  void aLongSegmentTakesNoMemory() throws IOException {
    rewriteRecord(
        text -> text + "{\"type\":2,\"payload\":\"%s\"}".formatted("AAAA".repeat(25_000_000)));

    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Verified.class);
  }

  /// Native memory lasts as long as its thread.
  @Test
  void anotherLayerTakesNoMoreNativeMemory() {
    var scrubber = new LayerScrubber(Pace.unlimited());
    scrubber.scrub(target(Depth.SHAPE));
    long before = nativeBytes();
    for (int i = 0; i < 2000; i++) {
      scrubber.scrub(target(Depth.SHAPE));
    }

    assertThat(nativeBytes() - before).isLessThan(16L << 20);
  }

  private static long nativeBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /// BuildKit mounts on directories that it makes; a daemon in a user name space compares whole
  /// trees for the tar of a layer, which has none of them then.
  @ParameterizedTest
  @EnumSource
  void aPlaceToMountOnIsNotToldWhereTheDaemonIsNotRoots(Depth depth)
      throws IOException, InterruptedException {
    Optional<LayerVerdict> healthy = scrub(depth);
    Path place = Files.createDirectory(content.resolve("place"));
    Program.of("chown", "1000", dataRoot.toString()).run();

    assertThat(scrub(depth)).isEqualTo(healthy);

    Files.createFile(place.resolve("added"));
    assertThat(scrub(depth)).contains(corrupt(Fault.FILE_UNEXPECTED, "place/added"));
  }

  @Test
  void aLayerThatIsGoneIsNoFinding() throws IOException, InterruptedException {
    delete(content);

    assertThat(scrub(Depth.CONTENT)).isEmpty();
  }

  /// Wherever it comes.
  @Test
  void anInterruptIsNoFinding() throws IOException {
    for (int i = 0; i < 1000; i++) {
      Files.createDirectories(content.resolve("many/" + i));
    }
    var scrubber = new LayerScrubber(Pace.unlimited());
    scrubber.scrub(target(Depth.SHAPE));
    long began = System.nanoTime();
    scrubber.scrub(target(Depth.SHAPE));
    long nanos = System.nanoTime() - began;
    Thread reader = Thread.currentThread();

    for (int i = 0; i < 200; i++) {
      long delay = nanos * i / 200;
      Thread stop =
          Thread.ofPlatform()
              .start(
                  () -> {
                    LockSupport.parkNanos(delay);
                    reader.interrupt();
                  });
      Optional<LayerVerdict> verdict = scrubber.scrub(target(Depth.SHAPE));
      while (stop.isAlive()) {
        Thread.onSpinWait();
      }

      assertThat(Thread.interrupted()).isTrue();
      assertThat(verdict.filter(Unverifiable.class::isInstance)).isEmpty();
    }
  }

  private Optional<LayerVerdict> scrub(Depth depth) throws IOException {
    return new LayerScrubber(Pace.unlimited()).scrub(target(depth));
  }

  private ScrubTarget target(Depth depth) {
    return new ScrubTarget(
        SampleStore.diffId(WORD),
        new TarSplitFile(dataRoot, dataRoot.relativize(record).toString(), 0),
        dataRoot,
        content,
        new StorePath(dataRoot, content, 2),
        1,
        List.of(),
        LayerFiles.OWN,
        Optional.empty(),
        depth);
  }

  private static Corrupt corrupt(Fault fault, String name) {
    return new Corrupt(Map.of(fault, new AffectedFiles(1, List.of(name))));
  }

  /// The largest file of the layer.
  private Path file() throws IOException {
    try (Stream<Path> files = Files.walk(content)) {
      return files
          .filter(Files::isRegularFile)
          .max(Comparator.comparingLong(LayerScrubberTest::size))
          .orElseThrow();
    }
  }

  private Path topDirectory() throws IOException {
    return content.resolve(content.relativize(file()).getName(0));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private String name(Path path) {
    return content.relativize(path).toString();
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[0] ^= 1;
    Files.write(file, bytes);
  }

  private static void copyInto(Path from, Path to) throws IOException, InterruptedException {
    Program.of("cp", "--archive", from + "/.", to.toString()).run();
  }

  private static void delete(Path path) throws IOException, InterruptedException {
    Program.of("rm", "--recursive", path.toString()).run();
  }

  private void rewriteRecord(UnaryOperator<String> change) throws IOException {
    byte[] packed = Files.readAllBytes(record);
    String text =
        new String(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes(), UTF_8);
    var bytes = new ByteArrayOutputStream();
    try (var zipped = new GZIPOutputStream(bytes)) {
      zipped.write(change.apply(text).getBytes(UTF_8));
    }
    Files.write(record, bytes.toByteArray());
  }

  private static String base64(long checksum) {
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(checksum).array();
    return Base64.getEncoder().encodeToString(bytes);
  }
}

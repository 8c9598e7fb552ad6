package io.github.dockerimageexporter.scrub;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.BlobChanged;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Unverifiable;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A layer of a few files, unpacked from a blob, and what somebody made of either.
@Timeout(60)
class BlobScrubTest {
  private static final int LARGE = 3_000_000;

  @TempDir private Path root;
  private Path content;
  private Path blobs;
  private final List<LowerLayer> below = new ArrayList<>();
  private LayerFiles files = LayerFiles.OWN_AND_COPIED;

  /// How the tar is written.
  enum Packing {
    NONE,
    GZIP,
    /// As estargz has it: a member of its own for each piece.
    GZIP_MEMBERS,
    ZSTD,
    ZSTD_FRAMES,
    /// As zstd:chunked has it, at its start and at its end.
    ZSTD_SKIPPABLE;

    byte[] pack(byte[] tar) throws IOException {
      var bytes = new ByteArrayOutputStream();
      switch (this) {
        case NONE -> bytes.write(tar);
        case GZIP -> write(new GZIPOutputStream(bytes), tar, 0, tar.length);
        case GZIP_MEMBERS -> {
          for (int at = 0; at < tar.length; at += 100_000) {
            write(new GZIPOutputStream(bytes), tar, at, Math.min(100_000, tar.length - at));
          }
          write(new GZIPOutputStream(bytes), tar, 0, 0);
        }
        case ZSTD -> write(new ZstdOutputStream(bytes), tar, 0, tar.length);
        case ZSTD_FRAMES -> {
          write(new ZstdOutputStream(bytes), tar, 0, 1000);
          write(new ZstdOutputStream(bytes), tar, 1000, tar.length - 1000);
        }
        case ZSTD_SKIPPABLE -> {
          bytes.write(SKIPPED);
          write(new ZstdOutputStream(bytes), tar, 0, tar.length);
          bytes.write(SKIPPED);
        }
      }
      return bytes.toByteArray();
    }

    private static void write(OutputStream packed, byte[] bytes, int offset, int length)
        throws IOException {
      try (packed) {
        packed.write(bytes, offset, length);
      }
    }

    private static final byte[] SKIPPED = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
  }

  @BeforeEach
  void makeLayer() throws IOException {
    content = Files.createDirectory(root.resolve("content"));
    blobs = Files.createDirectory(root.resolve("blobs"));
    Files.createDirectories(content.resolve("bin/deep"));
    write(content.resolve("bin/large"), LARGE);
    write(content.resolve("bin/deep/small"), 10);
    Files.createLink(content.resolve("hard"), content.resolve("bin/large"));
    Files.createSymbolicLink(content.resolve("soft"), Path.of("bin/large"));
    Files.createFile(content.resolve("empty"));
    Files.createFile(content.resolve("n".repeat(200)));
  }

  @ParameterizedTest
  @EnumSource
  void aHealthyLayerIsVerified(Packing packing) throws Exception {
    byte[] tar = tar();

    assertThat(scrub(tar, packing.pack(tar), Depth.CONTENT)).contains(new Verified(8, LARGE + 10));
  }

  @Test
  void shapeReadsNoContentOfFiles() throws Exception {
    byte[] tar = tar();
    flip(content.resolve("bin/large"));

    assertThat(scrub(tar, Packing.GZIP.pack(tar), Depth.SHAPE)).contains(new Verified(8, 0));
  }

  @Test
  void oneOtherByteIsAnotherContent() throws Exception {
    byte[] tar = tar();
    flip(content.resolve("bin/large"));

    assertThat(scrub(tar)).contains(corrupt(Fault.FILE_CHECKSUM, "bin/large"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, LARGE - 1, LARGE + 1})
  void anotherSizeIsTold(int size) throws Exception {
    byte[] tar = tar();
    write(content.resolve("bin/large"), size);

    assertThat(scrub(tar))
        .contains(
            corrupt(Fault.FILE_SIZE, "bin/large (%d bytes, expected 3000000)".formatted(size)));
  }

  @Test
  void aLostFileIsTold() throws Exception {
    byte[] tar = tar();
    Files.delete(content.resolve("bin/deep/small"));

    assertThat(scrub(tar)).contains(corrupt(Fault.FILE_MISSING, "bin/deep/small"));
  }

  @Test
  void anAddedFileIsTold() throws Exception {
    byte[] tar = tar();
    write(content.resolve("bin/added"), 1);

    assertThat(scrub(tar)).contains(corrupt(Fault.FILE_UNEXPECTED, "bin/added"));
  }

  @Test
  void anotherModeIsTold() throws Exception {
    byte[] tar = tar();
    Files.setPosixFilePermissions(
        content.resolve("bin/deep/small"), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(scrub(tar))
        .contains(corrupt(Fault.FILE_METADATA, "bin/deep/small (mode 0777, expected 0644)"));
  }

  @Test
  void aLinkInTheWayIsToldAndNotFollowed() throws Exception {
    byte[] tar = tar();
    Path elsewhere = root.resolve("elsewhere");
    Files.move(content.resolve("bin/deep"), elsewhere);
    Files.createSymbolicLink(content.resolve("bin/deep"), elsewhere);

    assertThat(scrub(tar))
        .contains(corrupt(Fault.FILE_METADATA, "bin/deep (a symbolic link, expected a directory)"));
  }

  @Test
  void aFifoInAFilesPlaceIsNotWaitedFor() throws Exception {
    byte[] tar = tar();
    Path file = content.resolve("bin/deep/small");
    Files.delete(file);
    Program.of("mkfifo", "--mode=644", file.toString()).run();

    assertThat(scrub(tar))
        .contains(corrupt(Fault.FILE_METADATA, "bin/deep/small (a FIFO, expected a regular file)"));
  }

  /// Where the middle is, the stream breaks, or only its checksum tells.
  @ParameterizedTest
  @EnumSource
  void aBlobWithOneOtherByteIsChangedAndSaysNothingOfTheLayer(Packing packing) throws Exception {
    byte[] tar = tar();
    byte[] blob = packing.pack(tar);
    Digest digest = Digest.of(blob);
    blob[blob.length / 2] ^= 1;
    Files.delete(content.resolve("bin/large"));

    assertThat(scrub(tar, digest, blob, Depth.CONTENT))
        .contains(new BlobChanged(digest, Digest.of(blob)));
  }

  @Test
  void aBlobOfWhichNothingIsUnpackedIsHashed() throws Exception {
    byte[] bytes = "no tar at all".getBytes(US_ASCII);
    LayerRecord.Blob record = record(Digest.of(bytes), bytes.length, bytes);
    assertThat(hash(record)).contains(new Verified(0, bytes.length));

    bytes[3] ^= 1;
    Path file = Files.write(blobs.resolve(record.digest().hex()), bytes);
    assertThat(hash(record)).contains(new BlobChanged(record.digest(), Digest.of(bytes)));

    Files.write(file, new byte[bytes.length + 1]);
    assertThat(hash(record)).contains(new Unverifiable("its blob does not have the recorded size"));

    Files.delete(file);
    assertThat(hash(record)).isEmpty();
  }

  @Test
  void aBlobOfAnotherSizeIsNotRead() throws Exception {
    byte[] tar = tar();
    byte[] blob = Packing.GZIP.pack(tar);
    var record = record(Digest.of(blob), blob.length + 1, blob);

    assertThat(scrub(tar, record, Depth.CONTENT))
        .contains(new Unverifiable("its blob does not have the recorded size"));
  }

  @Test
  void aBlobThatIsGoneIsNoFinding() throws Exception {
    byte[] tar = tar();
    LayerRecord.Blob record = record(Digest.of(tar), tar.length, tar);
    Files.delete(blobs.resolve(record.digest().hex()));

    assertThat(scrub(tar, record, Depth.CONTENT)).isEmpty();
  }

  @Test
  void aTarThatIsNotTheLayersIsTold() throws Exception {
    byte[] tar = tar();

    assertThat(scrub(new byte[0], Packing.GZIP.pack(tar), Depth.CONTENT))
        .contains(corrupt(Fault.DIFF_ID, Digest.of(tar).toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bzip2", "xz"})
  void whatContainerdDoesNotUnpackIsUnverifiable(String program) throws Exception {
    byte[] tar = tar();
    Path file = Files.write(root.resolve("tar"), tar);
    Program.of(program, file.toString()).run();
    Path packed = root.resolve(program.equals("xz") ? "tar.xz" : "tar.bz2");

    assertThat(scrub(tar, Files.readAllBytes(packed), Depth.CONTENT))
        .contains(new Unverifiable("its blob is compressed with " + program));
  }

  @Test
  void aWindowThatTakesMuchMemoryIsUnverifiable() throws Exception {
    byte[] tar = tar();

    assertThat(scrub(tar, packed(tar, 25), Depth.CONTENT))
        .contains(
            new Unverifiable(
                "its blob takes a zstd window of 32 MiB, more than the 16 MiB allowed here"));
  }

  @Test
  void aWindowThatTakesAsMuchMemoryAsThereIsIsVerified() throws Exception {
    byte[] tar = tar();

    assertThat(scrub(tar, packed(tar, 24), Depth.CONTENT)).containsInstanceOf(Verified.class);
  }

  private static byte[] packed(byte[] tar, int windowLog) throws IOException {
    var blob = new ByteArrayOutputStream();
    try (var packed = new ZstdOutputStream(blob).setLong(windowLog)) {
      packed.write(tar);
    }
    return blob.toByteArray();
  }

  @Test
  void whatIsNoTarIsUnverifiable() throws Exception {
    assertThat(scrub(new byte[0], "nonsense".repeat(1000).getBytes(US_ASCII), Depth.CONTENT))
        .get()
        .isInstanceOf(Unverifiable.class);
  }

  @Test
  void aTarThatBreaksOffIsUnverifiable() throws Exception {
    byte[] tar = Arrays.copyOf(tar(), LARGE);

    assertThat(scrub(tar))
        .contains(new Unverifiable("its blob holds a tar that ends in the middle of a file"));
  }

  @Test
  void whatDiffersFromTheTarOfAnotherLayerIsNotTold() throws Exception {
    byte[] tar = tar();
    write(content.resolve("bin/large"), 5);
    byte[] other = tar();
    write(content.resolve("bin/large"), LARGE);
    byte[] blob = Packing.GZIP.pack(other);

    assertThat(scrub(tar, blob, Depth.CONTENT))
        .contains(corrupt(Fault.DIFF_ID, new DiffId(Digest.of(other)).toString()));
    assertThat(scrub(tar, blob, Depth.SHAPE))
        .contains(new Unverifiable("its blob holds the tar of another layer"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../../../../../etc/passwd", "/etc/passwd", "a/../../etc/passwd"})
  void noNameLeadsOutOfTheLayer(String name) throws Exception {
    byte[] tar = tar("--absolute-names", "--transform=s,^empty$,%s,".formatted(name));
    Files.delete(content.resolve("empty"));

    assertThat(scrub(tar)).contains(corrupt(Fault.FILE_MISSING, "etc/passwd"));
  }

  @Test
  void theLastOfSeveralEntriesOfOneNameCounts() throws Exception {
    Path file = root.resolve("tar");
    Files.write(file, tar());
    write(content.resolve("bin/deep/small"), 20);
    Program.of("tar", "-rf", file.toString(), "-C", content.toString(), "bin/deep/small").run();

    assertThat(scrub(Files.readAllBytes(file))).contains(new Verified(9, LARGE + 20));
  }

  /// The tar removes what is below, and lists the files of the new directory, not itself.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDirectoryInPlaceOfWhatIsRemovedIsNotTold(boolean whiteoutFirst) throws Exception {
    String tar = root.resolve("tar").toString();
    var removal = new ArrayList<>(List.of("tar", "--transform=s,^empty$,bin/.wh.deep,"));
    removal.addAll(List.of("--exclude=bin/deep", "-C", content.toString(), "-rf", tar));
    removal.addAll(List.of("bin", "hard", "soft", "empty"));
    var files = List.of("tar", "-C", content.toString(), "-rf", tar, "bin/deep/small");
    Files.delete(content.resolve("n".repeat(200)));

    Program.of((whiteoutFirst ? removal : files).toArray(String[]::new)).run();
    Program.of((whiteoutFirst ? files : removal).toArray(String[]::new)).run();
    Files.delete(content.resolve("empty"));

    assertThat(scrub(Files.readAllBytes(root.resolve("tar"))))
        .contains(new Verified(6, LARGE + 10));
  }

  @Test
  void anEmptyDirectoryInPlaceOfAWhiteoutIsTold() throws Exception {
    byte[] tar = tar("--transform=s,^empty$,.wh.gone,");
    Files.delete(content.resolve("empty"));
    Files.createDirectory(content.resolve("gone"));

    assertThat(scrub(tar))
        .contains(
            corrupt(Fault.FILE_METADATA, "gone (a directory, expected the character device 0:0)"));
  }

  @Test
  void theDirectoryThatAllIsUnpackedToMayHaveAnotherMode() throws Exception {
    Files.setPosixFilePermissions(content, PosixFilePermissions.fromString("rwx------"));
    Program.of("tar", "-cf", root.resolve("tar").toString(), "-C", content.toString(), ".").run();
    Files.setPosixFilePermissions(content, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(scrub(Files.readAllBytes(root.resolve("tar"))))
        .contains(new Verified(8, LARGE + 10));
  }

  /// Each header of a file of several names sets the mode of all of them.
  @Test
  void theHeaderOfAnotherNameMayHaveAnotherMode() throws Exception {
    byte[] tar = tar();
    setMode(tar, "hard", "0000600");
    assertThat(scrub(tar)).contains(new Verified(8, LARGE + 10));

    Files.setPosixFilePermissions(
        content.resolve("hard"), PosixFilePermissions.fromString("rw-------"));
    assertThat(scrub(tar)).contains(new Verified(8, LARGE + 10));

    Files.setPosixFilePermissions(
        content.resolve("hard"), PosixFilePermissions.fromString("rwx------"));
    assertThat(scrub(tar))
        .contains(corrupt(Fault.FILE_METADATA, "bin/large (mode 0700, expected 0644)"));
  }

  @Test
  void aHardLinkToWhatTheTarReplacesFurtherOnIsNotTold() throws Exception {
    Path file = root.resolve("tar");
    Files.write(file, tar());
    Files.delete(content.resolve("bin/large"));
    write(content.resolve("bin/large"), 20);
    Program.of("tar", "-rf", file.toString(), "-C", content.toString(), "bin/large").run();
    byte[] tar = Files.readAllBytes(file);

    assertThat(scrub(tar)).contains(new Verified(9, 30));

    Files.delete(content.resolve("hard"));
    Files.createDirectory(content.resolve("hard"));
    assertThat(scrub(tar))
        .contains(corrupt(Fault.FILE_METADATA, "hard (not a hard link to bin/large)"));
  }

  /// Where the kernel has moved a directory, or copied the metadata of a file alone, the rest is
  /// elsewhere.
  @ParameterizedTest
  @ValueSource(strings = {"redirect", "metacopy"})
  void whatTheKernelHasNotCopiedIsUnverifiable(String mark) throws Exception {
    byte[] tar = tar();
    boolean isMoved = mark.equals("redirect");
    if (isMoved) {
      Files.delete(content.resolve("bin/deep/small"));
    } else {
      flip(content.resolve("bin/large"));
    }
    assertThat(scrub(tar)).get().isInstanceOf(Corrupt.class);

    requireNonNull(
            Files.getFileAttributeView(
                content.resolve(isMoved ? "bin/deep" : "bin/large"),
                UserDefinedFileAttributeView.class))
        .write("overlay." + mark, ByteBuffer.wrap(new byte[] {'/'}));

    assertThat(scrub(tar))
        .contains(
            new Unverifiable(
                "the kernel has moved directories of it, or copied the metadata of files alone"
                    + " (overlay's redirect_dir or metacopy)"));
  }

  @Test
  void aHardLinkThatIsACopyIsTold() throws Exception {
    byte[] tar = tar();
    Files.delete(content.resolve("hard"));
    write(content.resolve("hard"), LARGE);

    assertThat(scrub(tar))
        .contains(corrupt(Fault.FILE_METADATA, "hard (not a hard link to bin/large)"));
  }

  /// What stands on nothing is unpacked where a whiteout removes at once.
  @Test
  void aFileThatItsOwnTarRemovesIsNotTold() throws Exception {
    byte[] tar = tar("--transform=s,^empty$,bin/deep/.wh.small,");
    Files.delete(content.resolve("empty"));
    Files.delete(content.resolve("bin/deep/small"));
    files = LayerFiles.WHOLE_TREE;

    assertThat(scrub(tar)).contains(new Verified(8, LARGE));
  }

  @Test
  void aDeviceThatADaemonOfAnotherUserDidNotMakeIsNotTold() throws Exception {
    Path device = content.resolve("bin/device");
    Program.of("mknod", device.toString(), "c", "0", "0").run();
    byte[] tar = tar();
    Files.delete(device);
    assertThat(scrub(tar)).contains(corrupt(Fault.FILE_MISSING, "bin/device"));

    Program.of("chown", "1000", root.toString()).run();

    assertThat(scrub(tar)).contains(new Verified(9, LARGE + 10));
  }

  @Test
  void whatIsUnpackedThroughALinkIsUnverifiable() throws Exception {
    byte[] tar = tar("--transform=s,^empty$,soft/empty,");
    Files.delete(content.resolve("empty"));

    assertThat(scrub(tar))
        .contains(new Unverifiable("its tar has files below one of its own links"));
  }

  /// As a build leaves them in its snapshots.
  @Test
  void copiesOfWhatIsBelowAreNotTold() throws Exception {
    byte[] tar = tar();
    Path lower = Files.createDirectories(root.resolve("lower/etc"));
    write(lower.resolve("hosts"), 30);
    Files.createDirectories(content.resolve("etc/empty"));
    write(content.resolve("etc/hosts"), 30);
    below.add(
        new LowerLayer(
            new LayerRecord.None("not asked for"), new StorePath(root, root.resolve("lower"), 1)));

    assertThat(scrub(tar)).contains(new Verified(8, LARGE + 10));

    write(content.resolve("etc/hosts"), 31);
    assertThat(scrub(tar)).contains(corrupt(Fault.FILE_UNEXPECTED, "etc/hosts"));
  }

  @Test
  void whatStandsOnNothingHasNoMarksOfWhatItRemoves() throws Exception {
    byte[] tar = tar("--transform=s,^empty$,.wh.empty,");
    Files.delete(content.resolve("empty"));

    assertThat(scrub(tar)).contains(corrupt(Fault.FILE_MISSING, ".wh.empty"));
    files = LayerFiles.WHOLE_TREE;
    assertThat(scrub(tar)).contains(new Verified(8, LARGE + 10));
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    byte[] tar = tar();
    Thread.currentThread().interrupt();

    assertThat(scrub(tar, Packing.GZIP.pack(tar), Depth.CONTENT)).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
  }

  private Optional<LayerVerdict> hash(LayerRecord.Blob blob) {
    return new LayerScrubber(Pace.unlimited()).hash(root, blob);
  }

  private Optional<LayerVerdict> scrub(byte[] tar) throws IOException {
    return scrub(tar, Packing.GZIP.pack(tar), Depth.CONTENT);
  }

  private Optional<LayerVerdict> scrub(byte[] tar, byte[] blob, Depth depth) throws IOException {
    return scrub(tar, Digest.of(blob), blob, depth);
  }

  private Optional<LayerVerdict> scrub(byte[] tar, Digest digest, byte[] blob, Depth depth)
      throws IOException {
    return scrub(tar, record(digest, blob.length, blob), depth);
  }

  private LayerRecord.Blob record(Digest digest, long size, byte[] blob) throws IOException {
    Path file = Files.write(blobs.resolve(digest.hex()), blob);
    return new LayerRecord.Blob(digest, root.relativize(file).toString(), size, 0, List.of());
  }

  private Optional<LayerVerdict> scrub(byte[] tar, LayerRecord record, Depth depth) {
    var target =
        new ScrubTarget(
            new DiffId(Digest.of(tar)),
            record,
            root,
            content,
            new StorePath(root, content, 1),
            1,
            below,
            files,
            Optional.empty(),
            depth);
    return new LayerScrubber(Pace.unlimited()).scrub(target);
  }

  /// The files of the layer as they are now.
  private byte[] tar(String... options) throws IOException, InterruptedException {
    Path file = root.resolve("tar");
    var command = new ArrayList<>(List.of("tar", "--format=pax", "--numeric-owner"));
    command.addAll(List.of(options));
    command.addAll(List.of("-C", content.toString(), "-cf", file.toString()));
    command.addAll(List.of("bin", "hard", "soft", "empty", "n".repeat(200)));
    Program.of(command.toArray(String[]::new)).run();
    return Files.readAllBytes(file);
  }

  private static Corrupt corrupt(Fault fault, String name) {
    return new Corrupt(Map.of(fault, new AffectedFiles(1, List.of(name))));
  }

  private static void write(Path file, int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ((i * 31) >> 5);
    }
    Files.write(file, bytes);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /// Changes the mode in the header of `name`, and the header's checksum with it.
  private static void setMode(byte[] tar, String name, String octal) {
    byte[] wanted = (name + '\0').getBytes(US_ASCII);
    int header = 0;
    while (!Arrays.equals(tar, header, header + wanted.length, wanted, 0, wanted.length)) {
      header += 512;
    }
    System.arraycopy(octal.getBytes(US_ASCII), 0, tar, header + 100, octal.length());
    Arrays.fill(tar, header + 148, header + 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[header + i] & 0xff;
    }
    System.arraycopy("%06o\0".formatted(sum).getBytes(US_ASCII), 0, tar, header + 148, 7);
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }
}

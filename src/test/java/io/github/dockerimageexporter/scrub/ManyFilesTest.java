package io.github.dockerimageexporter.scrub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.MemoryDirectories;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Unverifiable;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Layers of more paths than are kept at a time, which is 768 here. They are so many that a disk
/// would take most of the time.
@Timeout(60)
class ManyFilesTest {
  private static final int KEPT_SLOTS = 1024;
  private static final int MANY = 3000;
  private static final int VERY_MANY = 30_000;

  @TempDir(factory = MemoryDirectories.class)
  private Path root;

  private final List<LowerLayer> below = new ArrayList<>();

  @ParameterizedTest
  @EnumSource
  void aHealthyLayerOfManyFilesIsVerified(Depth depth) throws Exception {
    makeFiles(MANY);

    assertThat(scrub(tar(), depth)).contains(new Verified(MANY, depth == Depth.CONTENT ? MANY : 0));
  }

  @ParameterizedTest
  @EnumSource
  void aHealthyLayerOfManyDirectoriesIsVerified(Depth depth) throws Exception {
    makeDirectories(MANY);

    assertThat(scrub(tar(), depth)).contains(new Verified(MANY, 0));
  }

  @ParameterizedTest
  @EnumSource
  void eachAddedFileIsToldOnce(Depth depth) throws Exception {
    makeFiles(MANY);
    makeDirectories(MANY);
    byte[] tar = tar();
    Files.createFile(content().resolve("added"));
    Files.createFile(content().resolve("directory-7/added"));

    AffectedFiles files = only(Fault.FILE_UNEXPECTED, scrub(tar, depth));
    assertThat(files.count()).isEqualTo(2);
    assertThat(files.first()).containsExactlyInAnyOrder("added", "directory-7/added");
  }

  @ParameterizedTest
  @EnumSource
  void aLostFileIsTold(Depth depth) throws Exception {
    makeFiles(MANY);
    byte[] tar = tar();
    Files.delete(content().resolve("file-17"));

    assertThat(scrub(tar, depth)).contains(corrupt(Fault.FILE_MISSING, "file-17"));
  }

  /// So that the sums differ, though nothing does that counts.
  @ParameterizedTest
  @EnumSource
  void whatABuildLeavesBesideManyFilesIsNotTold(Depth depth) throws Exception {
    makeFiles(MANY);
    byte[] tar = tar();
    Files.createDirectory(content().resolve("left"));
    Files.writeString(content().resolve("copied"), "same");
    Path lower = Files.createDirectories(root.resolve("lower"));
    Files.writeString(lower.resolve("copied"), "same");
    below.add(new LowerLayer(new LayerRecord.None(""), new StorePath(root, lower, 1)));

    assertThat(scrub(tar, depth)).get().isInstanceOf(Verified.class);
  }

  /// Of as many directories as no table has room for.
  @ParameterizedTest
  @EnumSource
  void whatIsAsListedTakesNoPasses(Depth depth) throws Exception {
    makeDirectories(VERY_MANY);
    byte[] tar = tar();

    assertThat(scrub(tar, depth)).contains(new Verified(VERY_MANY, 0));
  }

  @ParameterizedTest
  @EnumSource
  void anAddedFileIsToldAmongVeryMany(Depth depth) throws Exception {
    makeDirectories(VERY_MANY);
    byte[] tar = tar();
    Files.createFile(content().resolve("added"));

    assertThat(scrub(tar, depth)).contains(corrupt(Fault.FILE_UNEXPECTED, "added"));
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyDirectoryLacksAllAndHasNothingElse(Depth depth) throws Exception {
    makeDirectories(VERY_MANY);
    byte[] tar = tar();
    Files.move(content(), root.resolve("lost"));
    Files.createDirectory(content());

    assertThat(only(Fault.FILE_MISSING, scrub(tar, depth)).count()).isEqualTo(VERY_MANY);
  }

  /// Directories that the tar does not list make all groups differ.
  @Test
  void whatTakesTooManyPassesIsUnverifiableAndWhatWasFoundIsTold() throws Exception {
    for (int i = 0; i < VERY_MANY; i++) {
      Files.createFile(
          Files.createDirectories(content().resolve("directory-" + i)).resolve("file"));
    }
    byte[] tar = tar("--files-from", files());

    assertThat(scrub(tar, Depth.SHAPE))
        .contains(
            new Unverifiable(
                "it has more files than it can be told of which of them its record lists"));

    Files.delete(content().resolve("directory-17/file"));
    assertThat(scrub(tar, Depth.SHAPE)).contains(corrupt(Fault.FILE_MISSING, "directory-17/file"));
  }

  private static Corrupt corrupt(Fault fault, String file) {
    return new Corrupt(Map.of(fault, new AffectedFiles(1, List.of(file))));
  }

  /// The only kind of differences that a scrub has found.
  private static AffectedFiles only(Fault fault, Optional<LayerVerdict> found) {
    Map<Fault, AffectedFiles> faults = ((Corrupt) found.orElseThrow()).faults();
    assertThat(faults).containsOnlyKeys(fault);
    return requireNonNull(faults.get(fault));
  }

  private String files() throws IOException {
    return Files.write(
            root.resolve("files"),
            IntStream.range(0, VERY_MANY).mapToObj("directory-%d/file"::formatted).toList())
        .toString();
  }

  private Path content() {
    return root.resolve("content");
  }

  private void makeFiles(int count) throws IOException {
    Files.createDirectories(content());
    for (int i = 0; i < count; i++) {
      Files.write(content().resolve("file-" + i), new byte[] {(byte) i});
    }
  }

  private void makeDirectories(int count) throws IOException {
    Files.createDirectories(content());
    for (int i = 0; i < count; i++) {
      Files.createDirectory(content().resolve("directory-" + i));
    }
  }

  private Optional<LayerVerdict> scrub(byte[] tar, Depth depth) throws IOException {
    Digest digest = Digest.of(tar);
    Files.write(root.resolve("blob"), tar);
    var target =
        new ScrubTarget(
            new DiffId(digest),
            new LayerRecord.Blob(digest, "blob", tar.length, 0, List.of()),
            root,
            content(),
            new StorePath(root, content(), 1),
            1,
            below,
            LayerFiles.OWN_AND_COPIED,
            Optional.empty(),
            depth);
    return new LayerScrubber(Pace.unlimited(), new KeptShapes(), () -> new PathTable(KEPT_SLOTS))
        .scrub(target);
  }

  /// The layer as it is now.
  private byte[] tar() throws IOException, InterruptedException {
    return tar(".");
  }

  private byte[] tar(String... what) throws IOException, InterruptedException {
    Path file = root.resolve("tar");
    var command = new ArrayList<>(List.of("tar", "-C", content().toString()));
    command.addAll(List.of("-cf", file.toString()));
    command.addAll(List.of(what));
    Program.of(command.toArray(String[]::new)).run();
    return Files.readAllBytes(file);
  }
}

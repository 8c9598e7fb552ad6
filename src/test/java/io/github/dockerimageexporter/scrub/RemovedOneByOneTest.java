package io.github.dockerimageexporter.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A layer whose tar removes all that was in the directory `d`. Its own directory has a whiteout of
/// each file for that, as a user's engine leaves it, instead of a mark.
@Requires(Requirement.ROOT)
class RemovedOneByOneTest {
  private static final AffectedFiles MARK = new AffectedFiles(1, List.of("d/.wh..wh..opq"));

  @TempDir private Path root;
  private Path upper;
  private Path lower;

  /// What its tar has.
  private Path packed;

  @BeforeEach
  void makeLayers() throws IOException, InterruptedException {
    upper = Files.createDirectory(root.resolve("upper"));
    lower = Files.createDirectory(root.resolve("lower"));
    packed = Files.createDirectory(root.resolve("packed"));
    add(lower, "d/old");
    add(lower, "d/new");
    add(lower, "d/deep/old");
    add(packed, "d/.wh..wh..opq");
    add(packed, "d/new");
    add(upper, "d/new");
    remove("d/old");
    remove("d/deep");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsRemovedOneByOneIsVerified(Depth depth) throws Exception {
    assertThat(scrub(depth)).get().isInstanceOf(Verified.class);
  }

  @ParameterizedTest
  @EnumSource
  void oneThatShowsIsTold(Depth depth) throws Exception {
    add(lower, "d/more");

    assertThat(scrub(depth)).contains(new Corrupt(Map.of(Fault.FILE_MISSING, MARK)));
  }

  @Test
  void oneThatShowsInADirectoryIsTold() throws Exception {
    Files.delete(upper.resolve("d/deep"));
    Files.createDirectory(upper.resolve("d/deep"));

    assertThat(scrub(Depth.SHAPE)).contains(new Corrupt(Map.of(Fault.FILE_MISSING, MARK)));
  }

  @Test
  void aWhiteoutOfAnotherDirectoryIsTold() throws Exception {
    add(lower, "e/old");
    Files.createDirectory(upper.resolve("e"));
    remove("e/old");

    assertThat(scrub(Depth.SHAPE))
        .contains(
            new Corrupt(Map.of(Fault.FILE_UNEXPECTED, new AffectedFiles(1, List.of("e/old")))));
  }

  @Test
  void aWhiteoutOfWhatIsNotBelowIsVerified() throws Exception {
    remove("none");

    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Verified.class);
  }

  /// Each takes a look through what is below.
  @Test
  void tooManyDirectoriesAreUnverifiable() throws Exception {
    for (int i = 0; i < 1000; i++) {
      add(packed, "d/%d/.wh..wh..opq".formatted(i));
      Files.createDirectory(upper.resolve("d/" + i));
    }

    assertThat(scrub(Depth.SHAPE)).get().isInstanceOf(Unverifiable.class);
  }

  private static void add(Path layer, String file) throws IOException {
    Path path = layer.resolve(file);
    Files.createDirectories(path.getParent());
    Files.createFile(path);
  }

  private void remove(String file) throws IOException, InterruptedException {
    Program.of("mknod", upper.resolve(file).toString(), "c", "0", "0").run();
  }

  private Optional<LayerVerdict> scrub(Depth depth) throws IOException, InterruptedException {
    Path tar = root.resolve("tar");
    Program.of("tar", "--sort=name", "-C", packed.toString(), "-cf", tar.toString(), "d").run();
    byte[] bytes = Files.readAllBytes(tar);
    Digest digest = Digest.of(bytes);
    var below =
        new LowerLayer(new LayerRecord.None("not asked for"), new StorePath(root, lower, 1));
    return new LayerScrubber(Pace.unlimited())
        .scrub(
            new ScrubTarget(
                new DiffId(digest),
                new LayerRecord.Blob(digest, "tar", bytes.length, 0, List.of()),
                root,
                upper,
                new StorePath(root, upper, 1),
                1,
                List.of(below),
                LayerFiles.OWN_AND_COPIED,
                Optional.empty(),
                depth));
  }
}

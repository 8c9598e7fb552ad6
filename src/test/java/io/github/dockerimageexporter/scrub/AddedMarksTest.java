package io.github.dockerimageexporter.scrub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
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
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A layer whose directory `d` was marked to show nothing of the two layers below.
class AddedMarksTest {
  private static final Corrupt TOLD =
      new Corrupt(
          Map.of(
              Fault.FILE_UNEXPECTED,
              new AffectedFiles(
                  1, List.of("d/.wh..wh..opq (hides what the layers below have there)"))));

  @TempDir private Path root;
  private Path upper;
  private Path middle;
  private Path lower;

  /// What its tar has.
  private Path packed;

  @BeforeEach
  void makeLayers() throws IOException {
    upper = Files.createDirectory(root.resolve("upper"));
    middle = Files.createDirectory(root.resolve("middle"));
    lower = Files.createDirectory(root.resolve("lower"));
    packed = Files.createDirectory(root.resolve("packed"));
    add(upper, "d/new");
    add(upper, "d/deep/new");
    add(packed, "d/new");
    add(packed, "d/deep/new");
    mark(upper.resolve("d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"d/old", "d/deep/old", "d/other/old"})
  void whatItHidesIsTold(String hidden) throws Exception {
    add(lower, hidden);

    assertThat(scrub(LayerFiles.OWN)).contains(TOLD);
    assertThat(scrub(LayerFiles.OWN_AND_COPIED)).contains(TOLD);
  }

  @Test
  void whatItHidesOfTheNextLayerIsTold() throws Exception {
    add(middle, "d/old");

    assertThat(scrub(LayerFiles.OWN)).contains(TOLD);
  }

  @Test
  void aDirectoryBetweenLetsItsFilesBeSeen() throws Exception {
    add(lower, "d/deep/old");
    Files.createDirectories(middle.resolve("d/deep"));

    assertThat(scrub(LayerFiles.OWN)).contains(TOLD);
  }

  /// What leaves nothing to hide.
  enum Reason {
    NOTHING_BELOW,
    ANOTHER_DIRECTORY_BELOW,
    REPLACED,
    REPLACED_BY_A_DIRECTORY,
    A_FILE_BELOW,
    REMOVED_BY_THE_TAR,
    REMOVED_WITH_ITS_DIRECTORY_BY_THE_TAR,
    ALL_REMOVED_BY_THE_TAR,
    REMOVED_BETWEEN,
    REMOVED_WITH_ITS_DIRECTORY_BETWEEN,
    ALL_REMOVED_BETWEEN,
    A_LAYER_GONE
  }

  @ParameterizedTest
  @EnumSource
  void whatHidesNothingIsNotTold(Reason reason) throws Exception {
    switch (reason) {
      case NOTHING_BELOW -> {}
      case ANOTHER_DIRECTORY_BELOW -> add(lower, "e/old");
      case REPLACED -> add(lower, "d/new");
      case REPLACED_BY_A_DIRECTORY -> add(lower, "d/deep");
      case A_FILE_BELOW -> add(lower, "d");
      case REMOVED_BY_THE_TAR -> {
        add(lower, "d/old");
        add(packed, "d/.wh.old");
      }
      case REMOVED_WITH_ITS_DIRECTORY_BY_THE_TAR -> {
        add(lower, "d/other/old");
        add(packed, "d/.wh.other");
      }
      case ALL_REMOVED_BY_THE_TAR -> {
        add(lower, "d/old");
        add(packed, "d/.wh..wh..opq");
      }
      case REMOVED_BETWEEN -> {
        add(lower, "d/old");
        add(middle, "d/.wh.old");
      }
      case REMOVED_WITH_ITS_DIRECTORY_BETWEEN -> {
        add(lower, "d/old");
        add(middle, ".wh.d");
      }
      case ALL_REMOVED_BETWEEN -> {
        add(lower, "d/old");
        mark(Files.createDirectory(middle.resolve("d")));
      }
      case A_LAYER_GONE -> {
        add(lower, "d/old");
        Files.delete(middle);
      }
    }

    assertThat(scrub(LayerFiles.OWN)).get().isInstanceOf(Verified.class);
  }

  private static void add(Path layer, String file) throws IOException {
    Path path = layer.resolve(file);
    Files.createDirectories(path.getParent());
    Files.createFile(path);
  }

  private static void mark(Path directory) throws IOException {
    requireNonNull(Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class))
        .write("overlay.opaque", ByteBuffer.wrap(new byte[] {'y'}));
  }

  private Optional<LayerVerdict> scrub(LayerFiles files) throws IOException, InterruptedException {
    Path tar = root.resolve("tar");
    Program.of("tar", "--sort=name", "-C", packed.toString(), "-cf", tar.toString(), "d").run();
    byte[] bytes = Files.readAllBytes(tar);
    Digest digest = Digest.of(bytes);
    return new LayerScrubber(Pace.unlimited())
        .scrub(
            new ScrubTarget(
                new DiffId(digest),
                new LayerRecord.Blob(digest, "tar", bytes.length, 0, List.of()),
                root,
                upper,
                new StorePath(root, upper, 1),
                1,
                Stream.of(middle, lower)
                    .map(
                        layer ->
                            new LowerLayer(
                                new LayerRecord.None("not asked for"),
                                new StorePath(root, layer, 1)))
                    .toList(),
                files,
                Optional.empty(),
                Depth.CONTENT));
  }
}

package io.github.dockerimageexporter.scrub;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.KeptShapes.Shape;
import io.github.dockerimageexporter.scrub.KeptShapes.State;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
import io.github.dockerimageexporter.scrub.tree.FileSum;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Blob;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A layer whose content was found right: the tar of two files, one of which has two
/// names, and a directory without what is
/// below it.
@Timeout(60)
class KeptShapesTest {
  private static final String MARK = "overlay.opaque";
  private static final Verified WHOLE = new Verified(5, 0);

  @TempDir private Path root;
  private final KeptShapes kept = new KeptShapes();
  private Path content;
  private Path lower;
  private ScrubTarget target;

  @BeforeEach
  void readTheContent() throws IOException, InterruptedException {
    lower = Files.createDirectory(root.resolve("lower"));
    Files.createDirectory(lower.resolve("opaque"));
    Files.writeString(lower.resolve("opaque/hidden"), "hidden");
    content = Files.createDirectory(root.resolve("content"));
    Files.createDirectory(content.resolve("opaque"));
    Files.writeString(content.resolve("opaque/new"), "new");
    Files.writeString(content.resolve("file"), "some");
    Files.createLink(content.resolve("link"), content.resolve("file"));
    attributes("opaque").write(MARK, ByteBuffer.wrap(new byte[] {'y'}));
    target = packed();
    assertThat(content()).contains(new Verified(5, 7));
  }

  private ScrubTarget packed() throws IOException, InterruptedException {
    Path mark = Files.createFile(content.resolve("opaque/.wh..wh..opq"));
    Path tar = root.resolve("blob");
    Program.of(
            "tar",
            "--sort=name",
            "-C",
            content.toString(),
            "-cf",
            tar.toString(),
            "file",
            "link",
            "opaque")
        .run();
    Files.delete(mark);
    byte[] bytes = Files.readAllBytes(tar);
    return target(new Blob(Digest.of(bytes), "blob", bytes.length, 0, List.of()), Depth.SHAPE);
  }

  @Test
  void theShapeIsComparedWithoutTheBlob() throws IOException {
    Files.delete(root.resolve("blob"));

    assertThat(shape()).contains(WHOLE);
  }

  @Test
  void aDirectoryInItsPlaceIsNotTakenForItThoughAllIsAlike() throws Exception {
    Program.of("cp", "-a", content.toString(), root.resolve("copy").toString()).run();
    Program.of("rm", "-r", content.toString()).run();
    Files.move(root.resolve("copy"), content);
    Files.delete(root.resolve("blob"));

    assertThat(shape()).isEmpty();
  }

  @Test
  void theBlobTellsThatAHardLinkIsBroken() throws Exception {
    Path copy = root.resolve("copy");
    Program.of("cp", "-a", content.resolve("file").toString(), copy.toString()).run();
    Files.move(copy, content.resolve("link"), REPLACE_EXISTING);

    assertThat(shape())
        .contains(
            new Corrupt(
                Map.of(
                    Fault.FILE_METADATA,
                    new AffectedFiles(1, List.of("link (not a hard link to file)")))));
  }

  @Test
  void theBlobTellsWhatIsMissing() throws IOException {
    Files.delete(content.resolve("file"));

    assertThat(shape())
        .contains(new Corrupt(Map.of(Fault.FILE_MISSING, new AffectedFiles(1, List.of("file")))));
  }

  @Test
  void aMarkThatIsLostIsNoticed() throws IOException {
    attributes("opaque").delete(MARK);

    assertThat(shape())
        .contains(
            new Corrupt(
                Map.of(Fault.FILE_MISSING, new AffectedFiles(1, List.of("opaque/.wh..wh..opq")))));
  }

  @Test
  void whatWasThereIsRememberedThoughTheContentDiffers() throws IOException {
    Files.writeString(content.resolve("file"), "same");

    assertThat(content())
        .contains(new Corrupt(Map.of(Fault.FILE_CHECKSUM, new AffectedFiles(1, List.of("file")))));
    assertThat(shape()).contains(WHOLE);
  }

  @Test
  void whatDiffersInTheShapeIsToldAgainAfterTheContent() throws IOException {
    Files.delete(content.resolve("file"));
    Optional<LayerVerdict> told = shape();

    assertThat(content()).isEqualTo(told).isPresent();
    assertThat(kept.has(State.of(target))).isTrue();
    assertThat(shape()).isEqualTo(told);
  }

  @Test
  void layersThatAreGoneAreLetGo() {
    kept.retain(List.of(State.of(target)));
    assertThat(kept.has(State.of(target))).isTrue();

    kept.retain(List.of());
    assertThat(kept.has(State.of(target))).isFalse();
  }

  @Test
  void thoseThatWereNotAskedForLongestMakeRoom() {
    var few = new KeptShapes(1000);
    for (int i = 0; i < 6; i++) {
      few.keep(numbered(i), new Shape(FileSum.NONE, List.of(), 1));
    }

    few.keep(numbered(6), new Shape(FileSum.NONE, List.of("x".repeat(300)), 1));

    assertThat(Stream.iterate(0, i -> i + 1).limit(7).filter(i -> few.has(State.of(numbered(i)))))
        .containsExactly(3, 4, 5, 6);
  }

  private UserDefinedFileAttributeView attributes(String directory) {
    return requireNonNull(
        Files.getFileAttributeView(content.resolve(directory), UserDefinedFileAttributeView.class));
  }

  private ScrubTarget numbered(int number) {
    Digest digest = Digest.of(Integer.toString(number).getBytes(US_ASCII));
    return target(new Blob(digest, "blob", number, 0, List.of()), Depth.CONTENT);
  }

  private Optional<LayerVerdict> shape() {
    return new LayerScrubber(Pace.unlimited(), kept).scrub(target);
  }

  private Optional<LayerVerdict> content() {
    return new LayerScrubber(Pace.unlimited(), kept).scrub(target(target.record(), Depth.CONTENT));
  }

  private ScrubTarget target(LayerRecord record, Depth depth) {
    return new ScrubTarget(
        new DiffId(record instanceof Blob blob ? blob.digest() : Digest.of(new byte[0])),
        record,
        root,
        content,
        new StorePath(root, content, 1),
        1,
        List.of(
            new LowerLayer(new LayerRecord.None("not asked for"), new StorePath(root, lower, 1))),
        LayerFiles.OWN_AND_COPIED,
        Optional.empty(),
        depth);
  }
}

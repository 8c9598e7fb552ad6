package io.github.dockerimageexporter.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootDirectoryTest {
  private static final String LAYERS = "image/overlay2/layerdb/sha256";
  private static final String REFERENCES = "image/overlay2/repositories.json";
  private static final int USER = 1000;
  private static final int OTHER_USER = 1001;

  @TempDir private Path directory;
  private Path root;
  private Path disk;
  private RootDirectory opened;

  @BeforeEach
  void dataRoot() throws IOException {
    root = directory.resolve("root");
    disk = directory.resolve("disk");
    Files.createDirectories(root.resolve(LAYERS).resolve("layer"));
    Files.writeString(root.resolve(REFERENCES), "{}");
    Files.createDirectory(disk);
    opened = RootDirectory.open(root);
  }

  @AfterEach
  void close() {
    opened.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "image/overlay2", "image/overlay2/layerdb", LAYERS})
  void followsALinkAtEveryNameOfAList(String part) throws IOException {
    move(part, disk.resolve("moved"));

    assertThat(layers()).containsExactly("layer");
  }

  @Test
  void followsLinksThatLeadThroughLinksAndUpwards() throws IOException {
    move("image", disk.resolve("image"));
    Files.createSymbolicLink(disk.resolve("hop"), Path.of("../disk/./image"));
    relink("image", disk.resolve("hop"));
    move("image/overlay2/layerdb", disk.resolve("layerdb"));
    relink("image/overlay2/layerdb", Path.of("../../layerdb"));

    assertThat(layers()).containsExactly("layer");
    assertThat(read(REFERENCES)).asString(UTF_8).isEqualTo("{}");
  }

  @Test
  void readsAFileThatIsALink() throws IOException {
    move(REFERENCES, disk.resolve("names"));

    assertThat(read(REFERENCES)).asString(UTF_8).isEqualTo("{}");
    assertThat(opened.find(REFERENCES).orElseThrow().kind()).isEqualTo(FileKind.REGULAR);
    try (var file = opened.openFile(REFERENCES)) {
      var bytes = ByteBuffer.allocate(10);
      assertThat(file.read(bytes, 1)).isEqualTo(1);
      assertThat(file.stream().readAllBytes()).asString(UTF_8).isEqualTo("{}");
    }
  }

  @Test
  void whatIsReadBehindALinkGoesByItsNameInTheRoot() throws IOException {
    move("image", disk.resolve("image"));

    try (var list = opened.openDirectory(LAYERS)) {
      assertThat(list.path()).isEqualTo(root.resolve(LAYERS));
    }
  }

  @Test
  void anAbsentListIsAbsent() throws IOException {
    move("image", disk.resolve("image"));

    assertThat(opened.find("image/vfs/layerdb")).isEmpty();
    assertThat(opened.find("image/overlay2/repositories.json/sha256")).isEmpty();
    assertThatThrownBy(() -> opened.openDirectory("image/vfs/layerdb/sha256"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aLinkToNothingIsNamed() throws IOException {
    move("image", disk.resolve("image"));
    Files.move(disk, directory.resolve("unmounted"));

    String complaint =
        "%s/image is a symbolic link to %s/image, which does not exist: is its disk mounted?"
            .formatted(root, disk);
    assertThatThrownBy(this::layers)
        .isInstanceOf(SymbolicLinkException.class)
        .hasMessage(complaint);
    assertThatThrownBy(() -> opened.find(REFERENCES)).hasMessage(complaint);
    assertThatThrownBy(() -> opened.find("image")).hasMessage(complaint);
  }

  @Test
  void aLinkToTheMountPointOfADiskThatIsNotMountedIsNamed() throws IOException {
    relink("image", disk);

    String complaint =
        "%s/image is a symbolic link to %s, which is empty: is its disk mounted?"
            .formatted(root, disk);
    assertThatThrownBy(this::layers)
        .isInstanceOf(SymbolicLinkException.class)
        .hasMessage(complaint);
    assertThatThrownBy(() -> opened.find(REFERENCES)).hasMessage(complaint);
    assertThatThrownBy(() -> opened.openFilledDirectory("image")).hasMessage(complaint);
  }

  @Test
  void aLinkToItselfIsNamed() throws IOException {
    relink("image", root.resolve("image"));

    assertThatThrownBy(this::layers)
        .isInstanceOf(SymbolicLinkException.class)
        .hasMessage(
            "%1$s is a symbolic link to %1$s, which leads through more than 40 links"
                .formatted(root.resolve("image")));
  }

  @Test
  void aLinkToAFifoIsNotWaitedFor() throws IOException, InterruptedException {
    Program.of("mkfifo", disk + "/fifo").run();
    relink(REFERENCES, disk.resolve("fifo"));

    assertThatThrownBy(() -> read(REFERENCES))
        .isInstanceOf(UnexpectedFileException.class)
        .hasMessageEndingWith("found a FIFO, expected a regular file");
    assertThatThrownBy(() -> opened.openFile(REFERENCES))
        .isInstanceOf(UnexpectedFileException.class);
  }

  @Test
  void noLinkIsFollowedBelowAList() throws IOException {
    Files.createSymbolicLink(root.resolve(LAYERS).resolve("linked"), disk);

    try (var list = opened.openDirectory(LAYERS)) {
      assertThatThrownBy(() -> list.openDirectory("linked"))
          .isInstanceOf(SymbolicLinkException.class)
          .hasMessage(
              "%s/linked is a symbolic link to %s, which is not followed here"
                  .formatted(root.resolve(LAYERS), disk));
    }
  }

  @Test
  @Requires(Requirement.ROOT)
  void aUsersLinkIsFollowedToWhatIsHis() throws IOException {
    move("image", disk.resolve("image"));
    own(USER, root.resolve("image"), disk.resolve("image"));

    assertThat(layers()).containsExactly("layer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc", "/root", "/"})
  @Requires(Requirement.ROOT)
  void aUsersLinkIsNotFollowedToWhatIsRoots(String target) throws IOException {
    relink("containers", Path.of(target));
    own(USER, root.resolve("containers"));

    assertThatThrownBy(() -> opened.openDirectory("containers"))
        .isInstanceOf(SymbolicLinkException.class)
        .hasMessage(
            "%s/containers is a symbolic link to %s, which is not followed: "
                    .formatted(root, target)
                + "the link belongs to user 1000, its target to user 0");
    assertThatThrownBy(() -> opened.find("containers")).isInstanceOf(SymbolicLinkException.class);
  }

  @Test
  @Requires(Requirement.ROOT)
  void aUsersLinkToAFileOfRootsIsNotFollowed() throws IOException {
    relink(REFERENCES, Path.of("/etc/shadow"));
    own(USER, root.resolve(REFERENCES));

    assertThatThrownBy(() -> read(REFERENCES)).isInstanceOf(SymbolicLinkException.class);
    assertThatThrownBy(() -> opened.openFile(REFERENCES)).isInstanceOf(SymbolicLinkException.class);
  }

  @Test
  @Requires(Requirement.ROOT)
  void aUsersLinkIsNotFollowedIntoWhatIsRoots() throws IOException {
    Files.createDirectories(disk.resolve("secret/overlay2/layerdb/sha256/other"));
    relink("image", disk.resolve("secret"));
    own(USER, root.resolve("image"), disk);

    assertThatThrownBy(this::layers).isInstanceOf(SymbolicLinkException.class);
  }

  @Test
  @Requires(Requirement.ROOT)
  void aLinkOfRootsThatLeadsThroughAUsersIsTheUsers() throws IOException {
    Files.createSymbolicLink(disk.resolve("hop"), Path.of("/etc"));
    relink("containers", disk.resolve("hop"));
    own(USER, disk.resolve("hop"));

    assertThatThrownBy(() -> opened.openDirectory("containers"))
        .isInstanceOf(SymbolicLinkException.class)
        .hasMessageEndingWith("the link belongs to user 1000, its target to user 0");
  }

  @Test
  @Requires(Requirement.ROOT)
  void linksOfTwoUsersAreNotFollowed() throws IOException {
    Path target = Files.createDirectory(disk.resolve("target"));
    Files.createSymbolicLink(disk.resolve("hop"), target);
    relink("containers", disk.resolve("hop"));
    own(USER, root.resolve("containers"), target);
    own(OTHER_USER, disk.resolve("hop"));

    assertThatThrownBy(() -> opened.openDirectory("containers"))
        .isInstanceOf(SymbolicLinkException.class)
        .hasMessageEndingWith("which is not followed: links of users 1000 and 1001");
  }

  private byte[] read(String file) throws IOException {
    return opened.at(file, (parent, name) -> parent.read(name, 1 << 20));
  }

  private List<String> layers() throws IOException {
    try (var list = opened.openDirectory(LAYERS)) {
      return list.entries().stream().map(DirectoryEntry::name).toList();
    }
  }

  private void move(String part, Path target) throws IOException {
    Files.move(root.resolve(part), target);
    Files.createSymbolicLink(root.resolve(part), target);
  }

  private void relink(String part, Path target) throws IOException {
    Path link = root.resolve(part);
    if (Files.isSymbolicLink(link) || Files.isRegularFile(link)) {
      Files.delete(link);
    } else if (Files.exists(link)) {
      Files.move(link, directory.resolve("replaced"));
    }
    Files.createSymbolicLink(link, target);
  }

  private static void own(int user, Path... paths) throws IOException {
    for (Path path : paths) {
      Files.setAttribute(path, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
    }
  }
}

package io.github.dockerimageexporter.scrub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A layer with a file of each kind.
class ShapeMatchTest {
  @TempDir private Path dataRoot;
  private Path content;
  private final List<TarEntry> entries = new ArrayList<>();

  @BeforeEach
  void makeLayer() throws IOException, InterruptedException {
    content = dataRoot.resolve("overlay2/layer/diff");
    Files.createDirectories(content.resolve("etc/deep/er"));
    Files.createDirectories(content.resolve("var"));
    Files.writeString(content.resolve("etc/passwd"), "root");
    Files.writeString(content.resolve("etc/deep/er/ä"), "");
    Files.createSymbolicLink(content.resolve("etc/link"), Path.of("../etc/passwd"));
    Files.createLink(content.resolve("var/again"), content.resolve("etc/passwd"));
    Program.of("mkfifo", content.resolve("var/fifo").toString()).run();
    Program.of("mknod", content.resolve("var/removed").toString(), "c", "0", "0").run();
    list("etc/", TarEntry.Type.DIRECTORY);
    list("etc/passwd", TarEntry.Type.REGULAR);
    // etc/deep is not listed
    list("./etc/deep/er/", TarEntry.Type.DIRECTORY);
    list("etc/deep/er/\u00c3\u00a4", TarEntry.Type.REGULAR, "etc/deep/er/ä", "");
    list("etc/link", TarEntry.Type.SYMBOLIC_LINK, "etc/link", "../etc/passwd");
    list("var/", TarEntry.Type.DIRECTORY);
    list("var/again", TarEntry.Type.HARD_LINK, "var/again", "etc/passwd");
    list("var/fifo", TarEntry.Type.FIFO);
    add("var/.wh.removed", TarEntry.Type.REGULAR, 0, 0600, 0, 0, "");
  }

  @Test
  void aLayerThatHasWhatIsListedMatches() throws IOException {
    assertThat(matches()).isTrue();
  }

  /// What is done to it, so that it has not.
  enum Change {
    ADDED {
      @Override
      void make(Path content) throws IOException {
        Files.writeString(content.resolve("etc/deep/added"), "");
      }
    },
    ADDED_DIRECTORY {
      @Override
      void make(Path content) throws IOException {
        Files.createDirectory(content.resolve("added"));
      }
    },
    LOST {
      @Override
      void make(Path content) throws IOException {
        Files.delete(content.resolve("etc/deep/er/ä"));
      }
    },
    LOST_WHITEOUT {
      @Override
      void make(Path content) throws IOException {
        Files.delete(content.resolve("var/removed"));
      }
    },
    CUT {
      @Override
      void make(Path content) throws IOException {
        Files.writeString(content.resolve("etc/passwd"), "ro");
      }
    },
    MODE {
      @Override
      void make(Path content) throws IOException {
        Files.setPosixFilePermissions(
            content.resolve("etc"), PosixFilePermissions.fromString("rwx------"));
      }
    },
    MOVED {
      @Override
      void make(Path content) throws IOException {
        Files.move(content.resolve("etc/deep/er/ä"), content.resolve("etc/deep/ä"));
      }
    },
    FILE_FOR_WHITEOUT {
      @Override
      void make(Path content) throws IOException {
        Files.delete(content.resolve("var/removed"));
        Files.writeString(content.resolve("var/removed"), "");
      }
    },
    FILE_FOR_DIRECTORY {
      @Override
      void make(Path content) throws IOException {
        Files.delete(content.resolve("etc/deep/er/ä"));
        Files.delete(content.resolve("etc/deep/er"));
        Files.writeString(content.resolve("etc/deep/er"), "");
      }
    },
    OTHER_TARGET {
      @Override
      void make(Path content) throws IOException {
        Files.delete(content.resolve("etc/link"));
        Files.createSymbolicLink(content.resolve("etc/link"), Path.of("../etc/passwx"));
      }
    },
    COPY_FOR_HARD_LINK {
      @Override
      void make(Path content) throws IOException {
        Files.delete(content.resolve("var/again"));
        Files.copy(content.resolve("etc/passwd"), content.resolve("var/again"));
      }
    };

    abstract void make(Path content) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void aLayerThatDiffersDoesNotMatch(Change change) throws IOException {
    change.make(content);

    assertThat(matches()).isFalse();
  }

  /// Whether its directory is marked is to be seen there.
  @Test
  void anOpaqueDirectoryThatIsNotMarkedDoesNotMatch() throws IOException {
    add("etc/.wh..wh..opq", TarEntry.Type.REGULAR, 0, 0600, 0, 0, "");

    assertThat(matches()).isFalse();
  }

  @Test
  void aFileThatIsListedTwiceDoesNotMatch() throws IOException {
    list("etc/passwd", TarEntry.Type.REGULAR);

    assertThat(matches()).isFalse();
  }

  /// Whoever makes an image may write names of any length into its record.
  @Test
  @Timeout(60)
  void aPathOfManyDirectoriesTakesTimeInProportionToItsLength() throws IOException {
    for (int i = 0; i < 400; i++) {
      add("%d/%s".formatted(i % 2, "a/".repeat(30_000)), TarEntry.Type.REGULAR, 0, 0, 0, 0, "");
    }

    assertThat(matches()).isFalse();
  }

  private boolean matches() throws IOException {
    var target =
        new ScrubTarget(
            new DiffId(Digest.of("layer")),
            new LayerRecord.None(""),
            dataRoot,
            dataRoot.resolve("overlay2/layer"),
            new StorePath(dataRoot, content, 2),
            1,
            List.of(),
            LayerFiles.OWN,
            Optional.empty(),
            Depth.SHAPE);
    var buffers = new Buffers();
    try (LayerTree tree = LayerTree.open(target.content(), buffers)) {
      var owners = new Owners(Optional.empty(), true);
      return new ShapeMatch(target, this::list, tree, buffers, owners).isWhole();
    }
  }

  private void list(EntryVisitor visitor) throws IOException {
    for (TarEntry entry : entries) {
      visitor.file(entry, 0);
    }
  }

  private void list(String path, TarEntry.Type type) throws IOException {
    list(path, type, path, "");
  }

  private void list(String path, TarEntry.Type type, String file, String link) throws IOException {
    long size = type == TarEntry.Type.REGULAR ? Files.size(content.resolve(file)) : 0;
    int mode = attribute(file, "unix:mode") & 07777;
    add(path, type, size, mode, attribute(file, "unix:uid"), attribute(file, "unix:gid"), link);
  }

  private int attribute(String file, String name) throws IOException {
    Path path = content.resolve(file);
    return (int) requireNonNull(Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS));
  }

  private void add(
      String path, TarEntry.Type type, long size, int mode, long owner, long group, String link) {
    entries.add(new TarEntry(path, type, size, mode, owner, group, link, 0, 0));
  }
}

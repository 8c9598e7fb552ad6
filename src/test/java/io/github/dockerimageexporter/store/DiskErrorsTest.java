package io.github.dockerimageexporter.store;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A part of the store lies on a disk that fails: an XFS that was shut down, where every call ends
/// with EIO. The part is unreadable, and nothing beside it.
@Requires({Requirement.ROOT, Requirement.XFS})
class DiskErrorsTest {
  private static final long DISK_BYTES = 320L << 20;

  @TempDir private Path directory;
  private final List<Path> mounts = new ArrayList<>();
  private SampleStore store;
  private ImageId victim;
  private ImageId bystander;
  private String container;
  private Path disk;

  /// What lies on the disk.
  enum Part {
    CONTENT,
    LAYER,
    MOUNT,
    CONTAINER,
    METADATA,
    CONFIG
  }

  @BeforeEach
  void storeAndDisk() throws IOException, InterruptedException {
    store = new SampleStore(directory.resolve("root"));
    victim = store.image("victim:1", "base", "victim");
    bystander = store.image("bystander:1", "base", "bystander");
    container = store.container("web", bystander);
    store.parent(victim, bystander);
    Path image = directory.resolve("disk.img");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(DISK_BYTES);
    }
    disk = Files.createDirectory(directory.resolve("disk"));
    Program.of("mkfs.xfs", "-q", image.toString()).run();
    mount("-o", "loop", image.toString(), disk.toString());
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    for (Path mount : mounts.reversed()) {
      Program.of("umount", mount.toString()).run();
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyThePartIsUnreadable(Part part) throws IOException, InterruptedException {
    Path path = path(part);
    var reader = new StoreReader(store.dataRoot());
    StoreSnapshot before = read(reader);
    Path moved = disk.resolve("part");
    Program.of("cp", "--archive", path.toString(), moved.toString()).run();
    mount("--bind", moved.toString(), path.toString());
    Program.of("xfs_io", "-x", "-c", "shutdown", disk.toString()).run();

    StoreSnapshot seen = read(reader);

    assertThat(seen.unreadable().parts()).isEmpty();
    assertThat(seen.unreadable().reasons())
        .containsOnlyKeys(store.dataRoot().relativize(path).toString());
    assertThat(seen.unreadable().reasons().values())
        .containsExactly("Input/output error (errno 5)");
    assertThat(Checking.problems(seen, Instant.MIN)).isEmpty();
    assertThat(seen.images()).containsKey(bystander);
    assertThat(seen.layers()).hasSize(part == Part.LAYER ? 2 : 3);
    assertThat(seen.directories()).hasSameSizeAs(before.directories());
  }

  private Path path(Part part) {
    return switch (part) {
      case CONTENT -> Objects.requireNonNull(store.content(cacheId("base", "victim")).getParent());
      case LAYER -> store.layer(chainId("base", "victim"));
      case MOUNT -> store.mount(container);
      case CONTAINER -> store.container(container);
      case METADATA -> store.metadata(victim);
      case CONFIG -> store.config(victim);
    };
  }

  private static StoreSnapshot read(StoreReader reader) {
    return reader.read(Freshness.EVERY_FILE).stores().getFirst();
  }

  private void mount(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(arguments));
    Program.of(command.toArray(String[]::new)).run();
    mounts.add(Path.of(arguments[arguments.length - 1]));
  }
}

package io.github.dockerimageexporter.refresh.watch;

import static io.github.dockerimageexporter.refresh.watch.WatchFixture.layer;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.store.WatchedRoots;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchRegistryTest {
  @TempDir private Path root;
  private WatchRegistry registry;

  @BeforeEach
  void makeLayers() throws IOException {
    Files.createDirectories(root.resolve(layer(1)));
    Files.createDirectories(root.resolve(layer(2)));
    registry =
        new WatchRegistry(new WatchedRoots(root, ContainerdSettings.DEFAULT).find(), true, 100);
  }

  @Test
  void aDirectoryThatMayNotBeReadIsRefusedAndTheOthersAreRegistered() throws IOException {
    register(layer(1), new AccessDeniedException(layer(1)));
    assertThat(registry.refused()).containsExactly(root.resolve(layer(1)));
    assertThat(registry.contains(root.resolve(layer(2)))).isTrue();
    assertThat(registry.unregistered()).isEmpty();
  }

  @Test
  void aDirectoryThatVanishesMeanwhileIsLeftOut() throws IOException {
    register(layer(1), new NoSuchFileException(layer(1)));
    assertThat(registry.refused()).isEmpty();
    assertThat(registry.contains(root.resolve(layer(2)))).isTrue();
    assertThat(registry.unregistered()).containsExactly(root.resolve(layer(1)));
  }

  @Test
  void aDirectoryUnderAnotherInodeCountsAsUnregistered() throws IOException {
    register("", null);
    Files.move(root.resolve("image"), root.resolve("old"));
    Files.createDirectory(root.resolve("image"));
    assertThat(registry.unregistered()).containsExactly(root.resolve("image"));
  }

  @Test
  void aFileThatHasTheNameOfALayerIsNotMissed() throws IOException {
    register("", null);
    Files.createFile(root.resolve(layer(3)));
    assertThat(registry.unregistered()).isEmpty();
  }

  @Test
  void aLinkThatLeadsToItselfIsNotWatchedAndTheOthersAre() throws IOException {
    Path loop = root.resolve(layer(3));
    Files.createSymbolicLink(loop, loop.getFileName());
    register("", null);
    assertThat(registry.contains(loop)).isFalse();
    assertThat(registry.contains(root.resolve(layer(2)))).isTrue();
    assertThat(registry.unregistered()).isEmpty();
  }

  @Test
  void anUnwatchedDirectoryIsToldAsAFile() throws IOException {
    var directories = new ArrayList<Path>();
    var files = new ArrayList<Path>();
    Path container = Files.createDirectories(root.resolve("containers/c"));
    registry.recursiveVisitFiles(container, directories::add, files::add);
    assertThat(directories).isEmpty();
    assertThat(files).isEqualTo(List.of(container));
  }

  private void register(String failing, @Nullable IOException failure) throws IOException {
    registry.recursiveVisitFiles(
        root,
        directory -> {
          if (failure != null && directory.equals(root.resolve(failing))) {
            throw failure;
          }
        },
        _ -> {});
  }
}

package io.github.dockerimageexporter.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.EntryBuffer;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.posix.StatusBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescentTest {
  private static final int DEPTH = 200;

  @TempDir private Path top;
  private final Kernel kernel = Kernel.ofThread();
  private final StatusBuffer status = new StatusBuffer(kernel);
  private Directory root;
  private Descent descent;

  @BeforeEach
  void descend() throws IOException {
    Files.createDirectories(top.resolve("d/".repeat(DEPTH)));
    root = Directory.open(top);
    descent = new Descent(kernel, status, root, true);
    for (int i = 0; i < DEPTH; i++) {
      enterOnlyChild();
    }
  }

  private void enterOnlyChild() {
    var entries = new EntryBuffer(kernel);
    assertThat(entries.fill(descent.descriptor())).isPositive();
    assertThat(entries.next()).isTrue();
    descent.names().push(entries);
    ByteBuffer name = kernel.nativeMemory(256);
    descent.names().copyLast(name);
    int child = kernel.openDirectory(descent.descriptor(), Kernel.address(name));
    status.fill(child);
    descent.enter(child, status.inode(), true);
  }

  @AfterEach
  void close() {
    descent.close();
    root.close();
  }

  @Test
  void findsEveryAncestorAgain() throws IOException {
    for (int i = 0; i < DEPTH; i++) {
      assertThat(descent.leave(root.status().device())).isTrue();
    }
    assertThat(descent.isAtRoot()).isTrue();
    assertThat(descent.hasPending()).isFalse();
  }

  @Test
  void returnsToTheRootWhenAnAncestorHasMoved() throws IOException {
    Files.move(top.resolve("d/d/d"), top.resolve("moved"));
    int steps = 0;
    while (descent.leave(root.status().device())) {
      steps++;
    }
    assertThat(steps).isEqualTo(DEPTH - 3);
    assertThat(descent.isAtRoot()).isTrue();
    assertThat(descent.hasPending()).isFalse();
  }

  @Test
  void tellsThePathItIsAt() {
    assertThat(descent.pathOf("file")).isEqualTo(top + "/d".repeat(DEPTH) + "/file");
  }
}

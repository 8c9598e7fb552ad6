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

class DirectoryStackTest {
  private static final int DEPTH = 200;

  @TempDir private Path top;
  private final Kernel kernel = Kernel.ofThread();
  private final StatusBuffer status = new StatusBuffer(kernel);
  private Directory root;
  private DirectoryStack stack;

  @BeforeEach
  void descend() throws IOException {
    Files.createDirectories(top.resolve("d/".repeat(DEPTH)));
    root = Directory.open(top);
    stack = new DirectoryStack(kernel, status, root, true, DirectoryStack.MAX_NAMES);
    for (int i = 0; i < DEPTH; i++) {
      enterOnlyChild();
    }
  }

  private void enterOnlyChild() {
    var entries = new EntryBuffer(kernel);
    assertThat(entries.fill(stack.descriptor())).isPositive();
    assertThat(entries.next()).isTrue();
    stack.names().push(entries);
    ByteBuffer name = kernel.nativeMemory(256);
    stack.names().copyLast(name);
    int child = kernel.openDirectory(stack.descriptor(), Kernel.address(name));
    status.fill(child);
    stack.enter(child, status.inode(), true);
  }

  @AfterEach
  void close() {
    stack.close();
    root.close();
  }

  @Test
  void findsEveryAncestorAgain() throws IOException {
    for (int i = 0; i < DEPTH; i++) {
      assertThat(stack.leave(root.status().device())).isTrue();
    }
    assertThat(stack.isAtRoot()).isTrue();
    assertThat(stack.hasPending()).isFalse();
  }

  @Test
  void returnsToTheRootWhenAnAncestorHasMoved() throws IOException {
    Files.move(top.resolve("d/d/d"), top.resolve("moved"));
    int steps = 0;
    while (stack.leave(root.status().device())) {
      steps++;
    }
    assertThat(steps).isEqualTo(DEPTH - 3);
    assertThat(stack.isAtRoot()).isTrue();
    assertThat(stack.hasPending()).isFalse();
  }

  @Test
  void tellsThePathItIsAt() {
    assertThat(stack.pathOf("file")).isEqualTo(top + "/d".repeat(DEPTH) + "/file");
  }
}

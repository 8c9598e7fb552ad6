package io.github.dockerimageexporter.scrub.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.tree.Buffers;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedStreamTest {
  @TempDir private Path root;

  @Test
  void nothingIsReadBehindTheBytesThatThereAre() throws IOException {
    Path file = Files.createDirectory(root.resolve("blobs")).resolve("blob");
    Files.writeString(file, "blob and more");
    var shown = new AtomicLong();

    try (LayerTree home = LayerTree.ofList(new StorePath(root, file, 1), new Buffers())) {
      home.find("blob");
      try (var opened = home.openFile("blob", false);
          var packed = new PackedStream(opened, 4, (_, length) -> shown.addAndGet(length))) {
        assertThat(packed.readAllBytes()).asString().isEqualTo("blob");
      }
    }

    assertThat(shown).hasValue(4);
  }
}

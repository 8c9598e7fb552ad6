package io.github.dockerimageexporter.exporter.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteChunksTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
  void givesBackWhatWasWritten(int length) throws IOException {
    byte[] content = new byte[length + 1];
    new Random(1).nextBytes(content);
    ByteChunks chunks =
        HeldBytes.ofHeap()
            .make(
                text -> {
                  for (int written = 0; written < length; written += 8191) {
                    text.write(content, written, Math.min(8191, length - written));
                  }
                  text.write(content[length]);
                  return text;
                });

    var out = new ByteArrayOutputStream();
    chunks.writeTo(out);

    assertThat(chunks.size()).isEqualTo(length + 1);
    assertThat(out.toByteArray()).isEqualTo(content);
  }
}

package io.github.dockerimageexporter.snapshot.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SnapshotKeysTest {
  private static final List<String> OTHERS =
      List.of(
          "",
          "0",
          "k3jq2v1m0a9z8y7x6w5t4s3r2",
          "sha256",
          "sha256:",
          "sha256:~",
          "sha256;",
          "zzzzzzzzzzzzzzzzzzzzzzzzz",
          "~",
          "\uffff",
          "extract-1-a sha256:b",
          "f".repeat(64),
          "f".repeat(64) + "-init");

  @Test
  void snapshotsAreSortedByTheirKeys() {
    var sorted = new TreeMap<String, String>();
    OTHERS.forEach(key -> sorted.put(key, key));
    IntStream.range(0, 2000)
        .mapToObj(i -> Digest.of("layer " + i).toString())
        .forEach(key -> sorted.put(key, key));

    assertThat(PersistentMap.of(SnapshotRecord.KEYS, sorted).keySet())
        .containsExactlyElementsOf(sorted.keySet());
  }
}

package io.github.dockerimageexporter.store.containerd.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GcLabelsTest {
  private static final Digest BLOB = Digest.of(new byte[0]);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "containerd.io/gc.root",
        "containerd.io/gc.bref.content",
        "containerd.io/gc.bref.image.0",
        "containerd.io/gc.bref.snapshot.overlayfs",
        "containerd.io/gc.cond.content",
        "containerd.io/gc.cond.bref.content/7",
      })
  void whatIsKeptUnderConditionsIsTakenAsKept(String label) {
    assertThat(GcLabels.of(Map.of(label, BLOB.toString())))
        .isEqualTo(new GcLabels(Set.of(), List.of(), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "containerd.io/gc.ref.content",
        "containerd.io/gc.ref.content.0",
        "containerd.io/gc.ref.content.m.0",
        "containerd.io/gc.ref.content/referrer",
      })
  void aBlobIsKeptByWhateverRefersToIt(String label) {
    assertThat(GcLabels.of(Map.of(label, BLOB.toString())))
        .isEqualTo(new GcLabels(Set.of(BLOB), List.of(), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "containerd.io/gc.ref.snapshot.overlayfs",
        "containerd.io/gc.ref.snapshot.overlayfs/1",
      })
  void aSnapshotIsKeptByTheNameOfItsSnapshotter(String label) {
    assertThat(GcLabels.of(Map.of(label, "key")))
        .isEqualTo(new GcLabels(Set.of(), List.of(new SnapshotKey("overlayfs", "key")), false));
  }

  @Test
  void otherLabelsKeepNothing() {
    assertThat(
            GcLabels.of(
                Map.of(
                    "containerd.io/uncompressed",
                    BLOB.toString(),
                    "containerd.io/gc.ref.content.0",
                    "garbage",
                    "containerd.io/distribution.source.docker.io",
                    "library/app")))
        .isEqualTo(GcLabels.NONE);
  }
}

package io.github.dockerimageexporter.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreshnessTest {
  private static final Freshness TOLD =
      Freshness.of(
          List.of(
              "image/overlay2/layerdb/sha256/aa",
              "image/overlay2/layerdb/sha256/bb/size",
              "overlay2/cc",
              "/elsewhere/blobs/sha256/dd",
              "vfs/dir/n\u00e4me"));

  @Test
  void anEventNamesAnEntryOfEachDirectoryAboveIt() {
    assertThat(TOLD.changedIn("image/overlay2/layerdb/sha256")).contains(Set.of("aa", "bb"));
    assertThat(TOLD.changedIn("image/overlay2/layerdb")).contains(Set.of("sha256"));
    assertThat(TOLD.changedIn("overlay2")).contains(Set.of("cc"));
    assertThat(TOLD.changedIn("/elsewhere/blobs/sha256")).contains(Set.of("dd"));
  }

  @Test
  void nothingHasChangedWhereNothingWasTold() {
    assertThat(TOLD.changedIn("image/overlay2/imagedb/content/sha256")).contains(Set.of());
  }

  @Test
  void allIsLookedAtWhereANameMayBeAnotherInTheListing() {
    assertThat(TOLD.changedIn("vfs/dir")).isEmpty();
  }

  @Test
  void aFullScanLooksAtAll() {
    assertThat(Freshness.EVERY_FILE.changedIn("overlay2")).isEqualTo(Optional.empty());
    assertThat(Freshness.EVERY_FILE.isFull()).isTrue();
    assertThat(TOLD.isFull()).isFalse();
  }
}

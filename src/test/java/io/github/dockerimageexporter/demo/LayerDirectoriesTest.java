package io.github.dockerimageexporter.demo;

import static io.github.dockerimageexporter.demo.Contents.names;
import static io.github.dockerimageexporter.demo.Contents.text;
import static io.github.dockerimageexporter.demo.Contents.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerDirectoriesTest {
  @TempDir Path dataRoot;

  @ParameterizedTest
  @ValueSource(strings = {"overlay2", "fuse-overlayfs", "vfs", "btrfs"})
  void tarSplitRecordRestoresTheDiffId(String driver) throws IOException {
    var sample = new SampleStore(dataRoot, driver);
    sample.image("app:1", "base", "app");

    byte[] tar =
        TarSplit.reassemble(
            sample.layer(SampleStore.chainId("base", "app")).resolve("tar-split.json.gz"),
            sample.content(SampleStore.cacheId("base", "app")));
    assertThat(Digest.of(tar)).isEqualTo(SampleStore.diffId("app").digest());
  }

  @Test
  void overlayDirectoriesNameEachOther() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base", "middle", "app");
    Path base = directory(SampleStore.cacheId("base"));
    Path middle = directory(SampleStore.cacheId("base", "middle"));
    Path app = directory(SampleStore.cacheId("base", "middle", "app"));

    assertThat(names(base)).containsExactlyInAnyOrder("diff", "link", "committed");
    assertThat(names(app)).containsExactlyInAnyOrder("diff", "link", "work", "lower");
    assertThat(app.resolve("lower"))
        .hasContent("l/" + text(middle, "link") + ":l/" + text(base, "link"));
    assertThat(dataRoot.resolve("overlay2/l", text(app, "link")).toRealPath())
        .isEqualTo(app.resolve("diff").toRealPath());
    assertThat(text(app, "link")).matches("[A-Z2-7]{26}");
  }

  @Test
  void treeDriversKeepTheWholeTreeOfAChain() throws IOException {
    var vfs = new SampleStore(dataRoot, "vfs");
    vfs.image("app:1", "base", "app");

    assertThat(tree(vfs.content(SampleStore.cacheId("base", "app"))))
        .containsExactly("etc", "etc/app.conf", "etc/base.conf", "usr", "usr/app", "usr/base");
  }

  private Path directory(CacheId id) {
    return dataRoot.resolve("overlay2", id.value());
  }
}

package io.github.dockerimageexporter.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.ImageManifest.AbsentLayer;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentFetchTest {
  private static final String NAME = "127.0.0.1:5055/zstd:1";

  private static final ImageId IMAGE =
      ImageId.parse("sha256:bfac81df37620d2f2e8d306fa28ad98a5357ca2139a5ed3fb9624df8b0f5fc2e");

  private static final String OWN =
      "ctr --address /run/docker/containerd/containerd.sock --namespace moby";

  @TempDir private Path top;

  @ParameterizedTest
  @CsvSource({
    "app:1, docker.io/library/app",
    "team/app:1, docker.io/team/app",
    "localhost/app:1, localhost/app",
    "127.0.0.1:5055/team/app:1, 127.0.0.1:5055/team/app",
    "registry.test/app:1, registry.test/app"
  })
  void imageIsFetchedByItsDigestFromWhereItsNameLeads(String name, String repository)
      throws IOException {
    assertThat(command(name, new Platform("linux", "arm64", "v8")))
        .contains(OWN + " content fetch --platform linux/arm64/v8 " + repository + "@" + IMAGE);
  }

  @ParameterizedTest
  @CsvSource({"app;reboot:1", "$(reboot):1", "a b:1", "App:1", "--all:1"})
  void nameThatACommandMayNotHaveGivesNone(String name) throws IOException {
    assertThat(command(name, new Platform("linux", "amd64", ""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"linux;reboot, amd64", "linux, $(reboot)", "--x, amd64"})
  void platformThatACommandMayNotHaveGivesNone(String os, String architecture) throws IOException {
    assertThat(command("app:1", new Platform(os, architecture, ""))).isEmpty();
  }

  @Test
  void containerdOfItsOwnIsAskedAtItsUsualAddress() throws IOException {
    Path home = top.resolve("containerd-root");
    ContainerdSample.in(top.resolve("docker"), home);
    var settings = new ContainerdSettings(Optional.of(home), List.of(ContainerdSettings.DOCKER));
    var store =
        (ContainerdSnapshot)
            new StoreReader(top.resolve("docker"), settings)
                .read(Freshness.EVERY_FILE)
                .stores()
                .getFirst();

    assertThat(command(store, IMAGE, new Platform("linux", "amd64", "")))
        .contains(
            "ctr --namespace moby content fetch --platform linux/amd64 127.0.0.1:5055/zstd@"
                + IMAGE);
  }

  private Optional<String> command(String name, Platform platform) throws IOException {
    ContainerdSample sample = ContainerdSample.in(top);
    rename(sample, name);
    return command(sample.read(), IMAGE, platform);
  }

  /// Gives the image another name, so that containerd has it as Docker makes it.
  private static void rename(ContainerdSample sample, String name) throws IOException {
    String canonical = new Reference(name, "").canonicalRepository() + ":1";
    sample.changeMeta(
        root -> {
          BoltTree.Bucket images = ContainerdSample.bucket(root, "v1", "moby", "images");
          images.items().put(canonical, Objects.requireNonNull(images.items().remove(NAME)));
        });
  }

  private static Optional<String> command(ContainerdSnapshot store, ImageId id, Platform platform) {
    return ContentFetch.command(
        store,
        Objects.requireNonNull(store.images().get(id)),
        new ImageManifest(
            Optional.empty(),
            platform,
            new RootFs(List.of()),
            false,
            List.of(new AbsentLayer(1, Digest.of("layer"), 10, false)),
            true));
  }
}

package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What fails for the whole host is counted apart, whatever image it is of.
class HostProblemsTest {
  private static final Pattern SERIES = Pattern.compile(".*problem=\"(\\w+)\".*} (.+)");

  @TempDir private Path dataRoot;
  private ContainerdSample sample;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
  }

  @Test
  void aLostIndexOfAnImageWithoutANameFailsForTheHost() throws IOException, InterruptedException {
    ImageId image = sample.idOf("varied:attested");
    sample.changeMeta(
        root -> {
          var images = bucket(root, "v1", "moby", "images").items();
          images.put(
              "moby-dangling@" + image,
              Objects.requireNonNull(images.remove("docker.io/library/varied:attested")));
        });
    Files.delete(sample.blob(image.digest()));

    assertThat(series()).containsEntry("blob_missing", 1.0).containsEntry("manifest_invalid", 0.0);
  }

  @Test
  void aLostConfigurationFailsForItsImageAlone() throws IOException, InterruptedException {
    Files.delete(sample.blob(blob(Role.CONFIG).digest()));

    assertThat(series()).containsEntry("blob_missing", 0.0);
  }

  /// Docker walks it to add up sizes, but not what stands below it.
  @ParameterizedTest
  @CsvSource({"'', 1", "-init, 0"})
  void aLostDirectoryOfAContainerFailsForTheHost(String suffix, double expected)
      throws IOException, InterruptedException {
    ContainerdSnapshot store = sample.read();
    String key = store.containers().getFirst().id() + suffix;
    Files.delete(Objects.requireNonNull(store.snapshotDirectories().get(key)).resolve("fs"));

    assertThat(series()).containsEntry("container_mount_missing", expected);
  }

  private NamedBlob blob(Role role) {
    return sample.read().namedBlobs().values().stream()
        .filter(blob -> blob.role() == role && blob.isRecorded())
        .findFirst()
        .orElseThrow();
  }

  /// By kind.
  private Map<String, Double> series() throws IOException, InterruptedException {
    return Expositions.series(
            "docker_store_host_problems",
            new StoreScanner(
                    dataRoot, Duration.ofMillis(1), Duration.ofHours(1), InstantSource.system())
                .scanTwice())
        .lines()
        .map(SERIES::matcher)
        .filter(Matcher::matches)
        .collect(toMap(it -> it.group(1), it -> Double.valueOf(it.group(2))));
  }
}

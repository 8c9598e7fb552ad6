package io.github.dockerimageexporter.store.containerd;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What nobody's engine writes, beside a healthy store of which everything is still known.
class HostileContainerdTest {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final int HEALTHY = 22;

  @TempDir private Path dataRoot;
  private ContainerdSample sample;

  @BeforeEach
  void makeASample() throws IOException {
    sample = ContainerdSample.in(dataRoot);
  }

  @ParameterizedTest
  @ValueSource(ints = {4_097, 100_000})
  void anIndexOfMoreManifestsThanAnyImageHasIsUnreadable(int manifests) throws IOException {
    String entry =
        "{\"digest\":\"%s\",\"mediaType\":\"%s\",\"size\":1}"
            .formatted(Digest.of("manifest"), MANIFEST);
    String index =
        Collections.nCopies(manifests, entry).stream()
            .collect(Collectors.joining(",", "{\"manifests\":[", "]}"));

    ImageId hostile = image("hostile:1", index.getBytes(UTF_8), INDEX);

    assertUnreadable(hostile, manifests < 50_000 ? "more than 4096" : "at most 8388608");
  }

  @Test
  void aManifestOf200MebibytesIsUnreadable() throws IOException {
    Digest digest = Digest.of("large");
    ContainerdSample.setLength(sample.blob(digest), 200 << 20);
    record("hostile:1", digest, 200 << 20, MANIFEST);

    assertUnreadable(new ImageId(digest), "found 209715200 bytes; at most 8388608 are read");
  }

  @Test
  void anIndexThatNamesItselfIsNotWhatItsNameSays() throws IOException {
    Digest digest = Digest.of("itself");
    String index =
        "{\"manifests\":[{\"digest\":\"%s\",\"mediaType\":\"%s\",\"size\":1}]}"
            .formatted(digest, INDEX);
    Files.writeString(sample.blob(digest), index);
    record("hostile:1", digest, index.length(), INDEX);

    ContainerdSnapshot store = sample.read();

    assertThat(fault(store, digest)).containsInstanceOf(NamedBlob.Fault.Changed.class);
    assertThat(store.images()).hasSize(HEALTHY + 1);
  }

  @Test
  void anIndexNestedDeeperThanAnyImageIsUnreadable() throws IOException {
    byte[] content = "{\"manifests\":[]}".getBytes(UTF_8);
    Digest digest = blob(content);
    for (int level = 0; level < 20; level++) {
      content =
          "{\"manifests\":[{\"digest\":\"%s\",\"mediaType\":\"%s\",\"size\":%d}]}"
              .formatted(digest, INDEX, content.length)
              .getBytes(UTF_8);
      digest = blob(content);
    }
    record("hostile:1", digest, content.length, INDEX);

    assertUnreadable(new ImageId(digest), "levels");
  }

  @Test
  void aNameOfAMebibyteIsPassedOver() throws IOException {
    ImageId image = image("n".repeat(1 << 20) + ":1", "{\"manifests\":[]}".getBytes(UTF_8), INDEX);

    ContainerdSnapshot store = sample.read();

    assertThat(store.images()).hasSize(HEALTHY + 1).containsKey(image);
    assertThat(store.references()).hasSize(15);
    assertThat(store.unreadable().reasons()).isEmpty();
  }

  @Test
  void keysOfAMebibyteElsewhereStopNothing() throws IOException {
    String key = "k".repeat(1 << 20);
    sample.changeMeta(
        root -> {
          for (String parent : new String[] {"images", "leases", "snapshots"}) {
            bucket(root, "v1", "moby", parent).with(key, new Bucket());
          }
          bucket(root, "v1", "moby", "content", "blob").with(key, new Bucket());
          bucket(root, "v1").with(key, new Bucket());
        });

    ContainerdSnapshot store = sample.read();

    assertThat(store.images()).hasSize(HEALTHY);
    assertThat(store.unreadable().reasons()).isEmpty();
  }

  @Test
  void aHundredThousandRecordsAreRead() throws IOException {
    addBlobRecords(100_000);

    ContainerdSnapshot store = sample.read();

    assertThat(store.images()).hasSize(HEALTHY);
    assertThat(store.unreadable().reasons()).isEmpty();
  }

  @Test
  void moreRecordsThanAreReadAreUnreadableWithTheLimit() throws IOException {
    addBlobRecords(400_000);

    ContainerdSnapshot store = sample.read();

    assertThat(store.unmet()).contains(Need.IMAGE_LIST, Need.LAYER_LIST);
    assertThat(store.databaseFaults()).isEmpty();
    assertThat(store.unreadable().reasons().values())
        .singleElement()
        .asString()
        .contains("bytes in a bucket, the limit here");
  }

  private void addBlobRecords(int count) throws IOException {
    sample.changeMeta(
        root -> {
          Bucket blobs = bucket(root, "v1", "moby", "content", "blob");
          for (int i = 0; i < count; i++) {
            blobs.with(
                Digest.of("blob " + i).toString(),
                new Bucket().with("size", String.valueOf((char) 2)));
          }
        });
  }

  /// Whether the image alone is not known, and why.
  private void assertUnreadable(ImageId hostile, String reason) {
    ContainerdSnapshot store = sample.read();
    assertThat(store.images()).hasSize(HEALTHY + 1);
    Map<String, String> reasons = store.unreadable().reasons();
    assertThat(reasons).hasSize(1);
    assertThat(reasons.get(store.paths().imageConfig(hostile))).contains(reason);
    assertThat(fault(store, hostile.digest())).isEmpty();
  }

  private static Optional<NamedBlob.Fault> fault(ContainerdSnapshot store, Digest digest) {
    return store.namedBlobs().values().stream()
        .filter(blob -> blob.digest().equals(digest))
        .findFirst()
        .flatMap(NamedBlob::fault);
  }

  private ImageId image(String name, byte[] content, String mediaType) throws IOException {
    Digest digest = blob(content);
    record(name, digest, content.length, mediaType);
    return new ImageId(digest);
  }

  private Digest blob(byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    Files.write(sample.blob(digest), content);
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob")
                .with(digest.toString(), new Bucket().with("size", varint(content.length))));
    return digest;
  }

  private void record(String name, Digest target, long bytes, String mediaType) throws IOException {
    sample.changeMeta(
        root -> {
          bucket(root, "v1", "moby", "content", "blob")
              .with(target.toString(), new Bucket().with("size", varint(bytes)));
          bucket(root, "v1", "moby", "images")
              .with(
                  "docker.io/library/" + name,
                  new Bucket()
                      .with(
                          "target",
                          new Bucket()
                              .with("digest", target.toString())
                              .with("mediatype", mediaType)
                              .with("size", varint(bytes))));
        });
  }

  /// A size: zig-zag, 7 bits a byte.
  private static String varint(long value) {
    var bytes = new StringBuilder();
    long rest = value << 1;
    while (rest >= 0x80) {
      bytes.append((char) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    return bytes.append((char) rest).toString();
  }
}

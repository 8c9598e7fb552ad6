package io.github.dockerimageexporter.store.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Fault;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.document.Descriptor;
import io.github.dockerimageexporter.store.containerd.walk.BlobRecords;
import io.github.dockerimageexporter.store.containerd.walk.Mention;
import io.github.dockerimageexporter.store.containerd.walk.UnpackedChains;
import io.github.dockerimageexporter.store.containerd.walk.Walked;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Which walks over an image are kept for the next pass, of a store in which nothing changes.
@Timeout(60)
class KnownWalksTest {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  @TempDir private Path home;
  private final ContentStore content = new ContentStore();
  private final KnownWalks walks = new KnownWalks();
  private final Map<Digest, BlobRecord> records = new HashMap<>();
  private Path blobs;

  @BeforeEach
  void makeBlobs() throws IOException {
    blobs = Files.createDirectories(home.resolve(ContainerdLayout.BLOBS));
  }

  @Test
  void oneOverAnImageIs() throws IOException {
    Descriptor target = index(manifests("a", 4000), manifests("b", 4000));
    settle();

    assertThat(walk(walks, target)).isSameAs(walk(walks, target));
  }

  /// Docker does not run it, whatever it is, so that it only counts whether it looks like an index.
  @Test
  void oneThatCouldNotReadAllIsNot() throws IOException {
    Digest digest = blob("{\"manifests\":[]}");
    var target = Descriptor.of(digest, "application/json", 16);
    settle();
    assertThat(faults(unreadable(target))).isEmpty();

    Walked seen = walk(walks, target);

    assertThat(seen).isEqualTo(walk(new KnownWalks(), target));
    assertThat(faults(seen))
        .containsExactly(new Fault.Mistaken("index with the media type application/json"));
  }

  private static List<Fault> faults(Walked walked) {
    return walked.mentions().stream().map(Mention::fault).flatMap(Optional::stream).toList();
  }

  private Walked walk(KnownWalks known, Descriptor target) throws IOException {
    try (var root = RootDirectory.open(home);
        var files = open(root)) {
      return walk(known, target, files);
    }
  }

  /// A walk to which the directory of the blobs is closed.
  private Walked unreadable(Descriptor target) throws IOException {
    try (var root = RootDirectory.open(home)) {
      var files = open(root);
      files.close();
      return walk(walks, target, files);
    }
  }

  private Walked walk(KnownWalks known, Descriptor target, ContentStore.Pass files) {
    var all = new BlobRecords(PersistentMap.of(NamedBlob.KEYS, records), Set.of(), true);
    try (KnownWalks.Pass pass = known.open(files, all, UnpackedChains.none())) {
      return pass.walk(new ImageId(target.digest()), List.of(target)).walked().getFirst();
    }
  }

  private ContentStore.Pass open(RootDirectory root) {
    return content.open(new Home(root, "", "home"), Freshness.EVERY_FILE, Set.of());
  }

  /// Files that have just been written are looked at again for a moment.
  @SuppressWarnings("ReferenceEquality") // What was not looked at again is the same object.
  private void settle() {
    await()
        .until(
            () -> {
              try (var root = RootDirectory.open(home);
                  var one = open(root);
                  var next = open(root)) {
                return one.listing().isSameAs(next.listing());
              }
            });
  }

  /// An index that names others.
  private Descriptor index(String... nested) throws IOException {
    var named = new StringBuilder();
    for (String each : nested) {
      named.append(named.isEmpty() ? "" : ",").append(entry(blob(each), INDEX));
    }
    return Descriptor.of(blob("{\"manifests\":[%s]}".formatted(named)), INDEX, 0);
  }

  /// An index of manifests that were never fetched.
  private static String manifests(String name, int count) {
    Stream<Digest> digests = IntStream.range(0, count).mapToObj(i -> Digest.of(name + i));
    return digests
        .map(digest -> entry(digest, MANIFEST))
        .collect(joining(",", "{\"manifests\":[", "]}"));
  }

  private static String entry(Digest digest, String type) {
    return "{\"digest\":\"%s\",\"mediaType\":\"%s\"}".formatted(digest, type);
  }

  private Digest blob(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    Digest digest = Digest.of(bytes);
    Files.write(blobs.resolve(digest.hex()), bytes);
    records.put(
        digest, new BlobRecord(digest, bytes.length, GcLabels.NONE, Set.of(), 0, records.size()));
    return digest;
  }
}

package io.github.dockerimageexporter.store.containerd.walk;

import static io.github.dockerimageexporter.store.containerd.walk.RandomNamespace.BLOBS;
import static io.github.dockerimageexporter.store.containerd.walk.RandomNamespace.OWN;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.containerd.Holders;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.Lease;
import io.github.dockerimageexporter.store.containerd.database.Namespaces;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who owns what, followed from pass to pass.
class OwnershipsTest {
  private static final int STEPS = 20_000;

  private final Random random = new Random(1);
  private final RandomNamespace changes = new RandomNamespace(random);
  private Namespace namespace = Namespace.EMPTY;

  @Test
  void followedOwnersAreThoseOfAFirstPass() {
    var followed = new Ownerships(OWN);
    for (int step = 0; step < STEPS; step++) {
      for (int more = random.nextInt(3); more >= 0; more--) {
        namespace = changes.changed(namespace);
      }
      Ownership now = followed.of(namespace, Instant.EPOCH);

      assertThat(now)
          .describedAs("step %d", step)
          .isEqualTo(new Ownerships(OWN).of(namespace, Instant.EPOCH));
    }
  }

  @Test
  void anImageKeepsAloneWhatNoOtherImageAndNoRootLeadsTo() {
    var followed = new Ownerships(OWN);
    for (int step = 0; step < STEPS; step++) {
      namespace = changes.changed(namespace);
      ReferenceGraph graph = followed.of(namespace, Instant.EPOCH).graph();

      assertThat(keptAlone(graph)).describedAs("step %d", step).isEqualTo(onceLedTo(graph));
    }
  }

  private static Map<Node, ImageId> keptAlone(ReferenceGraph graph) {
    var alone = new HashMap<Node, ImageId>();
    graph
        .kept()
        .forEach(
            (node, holders) ->
                Optional.ofNullable(holders.imageAlone())
                    .ifPresent(image -> alone.put(node, image)));
    return alone;
  }

  private static Map<Node, ImageId> onceLedTo(ReferenceGraph graph) {
    Map<Node, List<ImageId>> images =
        graph.images().values().stream()
            .distinct()
            .flatMap(image -> graph.keptBy(image).stream().map(node -> Map.entry(node, image)))
            .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    var once = new HashMap<Node, ImageId>();
    images.forEach(
        (node, all) -> {
          if (all.size() == 1 && graph.holdersOf(node).equals(Set.of(Holder.IMAGE))) {
            once.put(node, all.getFirst());
          }
        });
    return once;
  }

  @Test
  void aFlatLeaseKeepsWhatItNamesAlone() {
    var holder = Map.of("containerd.io/gc.flat", "");
    namespace =
        with(
            List.of(lease("work", holder, Set.of(BLOBS.getFirst()))),
            Map.of(BLOBS.getFirst(), new GcLabels(Set.of(BLOBS.getLast()), List.of(), false)));

    assertThat(new Ownerships(OWN).of(namespace, Instant.EPOCH).graph().kept())
        .isEqualTo(Map.of(new Node.Blob(BLOBS.getFirst()), Holders.of(Holder.LEASE, true)));
  }

  @Test
  void blobsThatKeepEachOtherAreNotKeptOnceNothingElseKeepsThem() {
    Map<Digest, GcLabels> ring =
        Map.of(
            BLOBS.getFirst(), new GcLabels(Set.of(BLOBS.getLast()), List.of(), false),
            BLOBS.getLast(), new GcLabels(Set.of(BLOBS.getFirst()), List.of(), false));
    var followed = new Ownerships(OWN);
    namespace = with(List.of(lease("work", Map.of(), Set.of(BLOBS.getFirst()))), ring);
    assertThat(followed.of(namespace, Instant.EPOCH).graph().kept()).hasSize(2);

    namespace = with(List.of(), ring);

    assertThat(followed.of(namespace, Instant.EPOCH).graph().kept()).isEmpty();
  }

  private Namespace with(List<Lease> leases, Map<Digest, GcLabels> labels) {
    var blobs = namespace.blobs().edit();
    labels.forEach((blob, each) -> blobs.put(blob, record(blob, each)));
    return Namespaces.of(namespace.images(), blobs.done(), namespace.snapshots(), leases);
  }

  private static BlobRecord record(Digest blob, GcLabels labels) {
    return new BlobRecord(blob, 1, labels, Set.of(), 0, 0);
  }

  private static Lease lease(String id, Map<String, String> labels, Set<Digest> blobs) {
    return new Lease(id, Optional.empty(), labels, blobs, List.of(), Set.of());
  }
}

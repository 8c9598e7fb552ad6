package io.github.dockerimageexporter.repair.graphdriver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Planning the repair of a store in which everything is wrong grows with the store, not with its
/// square.
@Timeout(30)
class HostileSizePlanTest {
  private static final int MANY = 20_000;
  private static final GraphDriverLayout LAYOUT = new GraphDriverLayout("", "overlay2");

  @Test
  void everyImageIsInvalidAndHasAName() {
    var invalid = new TreeMap<ImageId, InvalidImage>();
    var references = new ArrayList<Reference>();
    for (int i = 0; i < MANY; i++) {
      var id = new ImageId(Digest.of("image " + i));
      invalid.put(id, new InvalidImage(id, Optional.empty(), "not JSON"));
      references.add(new Reference("app" + i + ":1", id.toString()));
    }
    GraphDriverSnapshot store = store(invalid, references);
    ObservedStore observed = Checking.observe(store, Instant.EPOCH);

    assertThat(
            GraphDriverPlanner.plan(store, observed.graph(), observed.report(), Map.of()).losses())
        .hasSize(MANY);
  }

  private static GraphDriverSnapshot store(
      Map<ImageId, InvalidImage> invalidImages, List<Reference> references) {
    return new GraphDriverSnapshot(
        LAYOUT,
        StoreUse.IN_USE,
        Parts.images(Map.of()),
        invalidImages,
        Parts.ofChains(Map.of()),
        Map.of(),
        Map.of(),
        Map.of(),
        references,
        Optional.empty(),
        List.of(),
        Map.of(),
        Parts.ofChains(Map.of()),
        Parts.ofCacheIds(Map.of()),
        Parts.ofChains(Map.of()),
        Parts.directories(List.of()),
        Optional.of(Set.of()),
        0,
        List.of(),
        Unreadable.NOTHING,
        Optional.empty());
  }
}

package io.github.dockerimageexporter.check.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.TarSplit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who has followed layers and what is known of them says what one says who sees them first.
class FollowedEvidenceTest {
  private static final List<ChainId> IDS =
      IntStream.range(0, 40).mapToObj(i -> new ChainId(Digest.of("layer " + i))).toList();

  private static final List<Set<Fault>> SOUGHT =
      List.of(Set.of(), Depth.SHAPE.faults(), Depth.CONTENT.faults());

  /// @param isComparable whether it can be said what differs from others
  private record Known(
      Map<ChainId, Long> contents, Map<ChainId, Set<Fault>> sought, boolean isComparable)
      implements LayerEvidence {
    @Override
    public OptionalLong contentBytes(ChainId layer) {
      Long bytes = contents.get(layer);
      return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    @Override
    public Optional<TarSplit> tarSplit(ChainId layer) {
      return Optional.empty();
    }

    @Override
    public boolean isConfirmed(ChainId layer) {
      return false;
    }

    @Override
    public Set<Fault> soughtFaults(ChainId layer) {
      return sought.getOrDefault(layer, Set.of());
    }

    @Override
    public Optional<Changes> changesSince(LayerEvidence before) {
      var earlier = (Known) before;
      var changed = new HashSet<ChainId>();
      for (ChainId id : IDS) {
        if (!Objects.equals(contents.get(id), earlier.contents.get(id))
            || !soughtFaults(id).equals(earlier.soughtFaults(id))) {
          changed.add(id);
        }
      }
      return isComparable ? Optional.of(new Changes(changed, Set.of())) : Optional.empty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whoHasFollowedThemSaysWhatOneSaysWhoSeesThemFirst(long seed) {
    var random = new Random(seed);
    EvidenceMap<Long> followed = differences();
    var sought = new SoughtFaults();
    PersistentMap<ChainId, Layer> layers = PersistentMap.empty(Keys.CHAINS);
    var known = new Known(Map.of(), Map.of(), true);
    for (int version = 0; version < 200; version++) {
      layers = changed(layers, random);
      known = changed(known, random);

      assertThat(followed.of(layers, known)).isEqualTo(differences().of(layers, known));
      assertThat(sought.notSought(layers, known))
          .isEqualTo(new SoughtFaults().notSought(layers, known));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aFaultIsSoughtOnceItIsInEveryLayer(int depth) {
    PersistentMap<ChainId, Layer> layers =
        PersistentMap.of(
            Keys.CHAINS,
            Map.of(IDS.get(0), layer(IDS.get(0), 1), IDS.get(1), layer(IDS.get(1), 1)));
    Map<ChainId, Set<Fault>> sought =
        Map.of(IDS.get(0), SOUGHT.get(depth), IDS.get(1), Depth.CONTENT.faults());

    Set<Fault> notSought = new SoughtFaults().notSought(layers, new Known(Map.of(), sought, true));

    var expected = new HashSet<>(Depth.CONTENT.faults());
    expected.removeAll(SOUGHT.get(depth));
    assertThat(notSought).isEqualTo(expected);
  }

  /// What is measured of each layer beyond what is recorded.
  private static EvidenceMap<Long> differences() {
    return new EvidenceMap<>(
        (layer, evidence) -> {
          OptionalLong measured = evidence.contentBytes(layer.chainId());
          return measured.isPresent() ? measured.getAsLong() - layer.sizeBytes() : null;
        });
  }

  private static PersistentMap<ChainId, Layer> changed(
      PersistentMap<ChainId, Layer> layers, Random random) {
    PersistentMap<ChainId, Layer>.Editor editor = layers.edit();
    for (int i = random.nextInt(4); i > 0; i--) {
      ChainId id = any(random);
      if (random.nextInt(4) == 0) {
        editor.remove(id);
      } else {
        editor.put(id, layer(id, random.nextInt(3)));
      }
    }
    return editor.done();
  }

  private static Known changed(Known known, Random random) {
    var contents = new TreeMap<>(known.contents());
    var sought = new TreeMap<>(known.sought());
    for (int i = random.nextInt(4); i > 0; i--) {
      contents.put(any(random), (long) random.nextInt(3));
      contents.remove(any(random));
      sought.put(any(random), SOUGHT.get(random.nextInt(SOUGHT.size())));
    }
    return new Known(contents, sought, random.nextInt(10) > 0);
  }

  private static ChainId any(Random random) {
    return IDS.get(random.nextInt(IDS.size()));
  }

  private static Layer layer(ChainId id, long bytes) {
    return Layer.of(id, new DiffId(id.digest()), Optional.empty(), new CacheId("a"), bytes);
  }
}

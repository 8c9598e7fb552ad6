package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Which layers are shown one by one: of all stores together a limited number, the inconsistent
/// ones first, then the largest.
public final class LayerLimit {
  private final boolean leavesOut;
  private final Optional<Candidate> last;

  /// @param leavesOut whether there are more than the limit
  /// @param last the last that is shown; empty if none is
  private LayerLimit(boolean leavesOut, Optional<Candidate> last) {
    this.leavesOut = leavesOut;
    this.last = last;
  }

  public static LayerLimit of(List<ObservedStore> stores, int limit) {
    long count = stores.stream().mapToLong(observed -> observed.store().layerIds().count()).sum();
    return count <= limit
        ? new LayerLimit(false, Optional.empty())
        : new LayerLimit(true, limit == 0 ? Optional.empty() : Optional.of(last(stores, limit)));
  }

  /// Whether any layer is left out.
  public boolean leavesOut() {
    return leavesOut;
  }

  /// Whether `layer` is not shown.
  public boolean leavesOut(ObservedStore observed, ChainId layer) {
    return leavesOut && (last.isEmpty() || Candidate.of(observed, layer).compareTo(last.get()) > 0);
  }

  /// Sizes alone are sorted, and then those few layers that have the size of the last: sorting all
  /// layers of a large store would cost as much as the text of those that are shown.
  private static Candidate last(List<ObservedStore> stores, int limit) {
    long[] inconsistent = sizes(stores, true);
    boolean isInconsistent = limit <= inconsistent.length;
    long[] sizes = isInconsistent ? inconsistent : sizes(stores, false);
    int place = isInconsistent ? limit : limit - inconsistent.length;
    long size = sizes[sizes.length - place];
    long larger = Arrays.stream(sizes).filter(other -> other > size).count();
    return candidates(stores, isInconsistent)
        .filter(candidate -> candidate.sizeBytes() == size)
        .sorted()
        .skip(place - larger - 1)
        .findFirst()
        .orElseThrow();
  }

  private static long[] sizes(List<ObservedStore> stores, boolean inconsistent) {
    return candidates(stores, inconsistent).mapToLong(Candidate::sizeBytes).sorted().toArray();
  }

  private static Stream<Candidate> candidates(List<ObservedStore> stores, boolean inconsistent) {
    return stores.stream()
        .flatMap(
            observed -> observed.store().layerIds().map(layer -> Candidate.of(observed, layer)))
        .filter(candidate -> candidate.inconsistent() == inconsistent);
  }

  /// A layer that could be shown; those that come first are.
  private record Candidate(String store, ChainId layer, boolean inconsistent, long sizeBytes)
      implements Comparable<Candidate> {
    static Candidate of(ObservedStore observed, ChainId layer) {
      Layer record = observed.store().layers().get(layer);
      return new Candidate(
          observed.store().name(),
          layer,
          observed.consistency().of(layer) == Consistency.INCONSISTENT,
          record == null ? 0 : record.sizeBytes());
    }

    @Override
    public int compareTo(Candidate other) {
      int order = Boolean.compare(other.inconsistent, inconsistent);
      order = order != 0 ? order : Long.compare(other.sizeBytes, sizeBytes);
      order = order != 0 ? order : store.compareTo(other.store);
      return order != 0 ? order : layer.compareTo(other.layer);
    }
  }
}

package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import java.nio.LongBuffer;
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
    return leavesOut && (last.isEmpty() || last.get().isBefore(observed, layer));
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
    return stores.stream()
        .flatMap(
            observed ->
                layers(observed, isInconsistent)
                    .filter(layer -> sizeBytes(observed, layer) == size)
                    .map(layer -> new Candidate(observed, layer, isInconsistent, size)))
        .sorted()
        .skip(place - larger - 1)
        .findFirst()
        .orElseThrow();
  }

  private static long[] sizes(List<ObservedStore> stores, boolean inconsistent) {
    long count = stores.stream().mapToLong(one -> layers(one, inconsistent).count()).sum();
    // A stream would grow several arrays to collect what it cannot count.
    var sizes = LongBuffer.allocate(Math.toIntExact(count));
    for (ObservedStore observed : stores) {
      layers(observed, inconsistent).forEach(layer -> sizes.put(sizeBytes(observed, layer)));
    }
    Arrays.sort(sizes.array());
    return sizes.array();
  }

  private static Stream<ChainId> layers(ObservedStore observed, boolean inconsistent) {
    return observed
        .store()
        .layerIds()
        .filter(layer -> isInconsistent(observed, layer) == inconsistent);
  }

  private static boolean isInconsistent(ObservedStore observed, ChainId layer) {
    return observed.consistency().of(layer) == Consistency.INCONSISTENT;
  }

  private static long sizeBytes(ObservedStore observed, ChainId layer) {
    Layer record = observed.store().layers().get(layer);
    return record == null ? 0 : record.sizeBytes();
  }

  /// A layer that could be shown; those that come first are.
  private record Candidate(ObservedStore store, ChainId layer, boolean inconsistent, long sizeBytes)
      implements Comparable<Candidate> {

    /// Whether it comes before another layer. Asked of each layer there is.
    boolean isBefore(ObservedStore other, ChainId otherLayer) {
      return compareTo(
              other,
              otherLayer,
              isInconsistent(other, otherLayer),
              LayerLimit.sizeBytes(other, otherLayer))
          < 0;
    }

    @Override
    public int compareTo(Candidate other) {
      return compareTo(other.store, other.layer, other.inconsistent, other.sizeBytes);
    }

    private int compareTo(
        ObservedStore other, ChainId otherLayer, boolean isOtherInconsistent, long otherBytes) {
      int order = Boolean.compare(isOtherInconsistent, inconsistent);
      order = order != 0 ? order : Long.compare(otherBytes, sizeBytes);
      order = order != 0 ? order : compareNames(store, other);
      return order != 0 ? order : layer.compareTo(otherLayer);
    }

    @SuppressWarnings("ReferenceEquality") // most often there is one store
    private static int compareNames(ObservedStore one, ObservedStore other) {
      return one == other ? 0 : one.store().name().compareTo(other.store().name());
    }
  }
}

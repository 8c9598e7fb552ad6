package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.RootFs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The stacks of layers that a pass has met: images share their lower layers, and the layer store
/// has every layer again, so each chain ID is hashed, and kept in memory, once.
public final class ChainInterner {
  private final Map<Step, Stack> stacks = new HashMap<>();
  private Map<ChainId, Layer> known = Map.of();
  private Map<List<DiffId>, RootFs> last = new HashMap<>();
  private Map<List<DiffId>, RootFs> current = new HashMap<>();

  private record Step(Optional<ChainId> below, DiffId diffId) {
    // Written out, as a key of maps: what records generate is several times slower without C2.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Step that && diffId.equals(that.diffId) && below.equals(that.below);
    }

    @Override
    public int hashCode() {
      return 31 * below.hashCode() + diffId.hashCode();
    }
  }

  /// One layer on top of what is below it; the same instance each time it is met.
  ///
  /// @param chainId of the whole, as the next layer names what is below it
  public record Stack(Optional<ChainId> below, DiffId diffId, Optional<ChainId> chainId) {}

  public Stack stack(Optional<ChainId> below, DiffId diffId) {
    return stacks.computeIfAbsent(new Step(below, diffId), this::compute);
  }

  /// An image's layers, by their diff IDs, lowest first; those of this pass and of the one before
  /// are the same instance each time.
  public RootFs rootFs(List<DiffId> named) {
    @Nullable RootFs met = current.get(named);
    @Nullable RootFs known = met != null ? met : last.get(named);
    RootFs rootFs = known != null ? known : stack(named);
    current.put(rootFs.diffIds(), rootFs);
    return rootFs;
  }

  /// Keeps what [#rootFs] gave in the pass before for this one.
  public void keep(RootFs rootFs) {
    current.put(rootFs.diffIds(), rootFs);
  }

  private RootFs stack(List<DiffId> named) {
    var diffIds = new ArrayList<DiffId>(named.size());
    var chainIds = new ArrayList<ChainId>(named.size());
    Optional<ChainId> below = Optional.empty();
    for (DiffId diffId : named) {
      Stack stack = stack(below, diffId);
      below = stack.chainId();
      diffIds.add(stack.diffId());
      chainIds.add(below.orElseThrow());
    }
    return new RootFs(diffIds, chainIds);
  }

  /// Ends a pass.
  ///
  /// @param layers those that it has found, whose names the next one is to use
  public void forget(Map<ChainId, Layer> layers) {
    known = layers;
    forget();
  }

  /// Ends a pass that has met some of the images only: what earlier ones have met stays.
  public void endPart() {
    stacks.clear();
    last.putAll(current);
    current = new HashMap<>();
  }

  /// Ends a pass.
  public void forget() {
    stacks.clear();
    last = current;
    current = HashMap.newHashMap(last.size());
  }

  private Stack compute(Step step) {
    ChainId chainId =
        step.below().isPresent()
            ? step.below().get().with(step.diffId())
            : ChainId.ofBase(step.diffId());
    @Nullable Layer layer = known.get(chainId);
    return layer != null && layer.isNamedByItsChain()
        ? new Stack(layer.parent(), layer.diffId(), Optional.of(layer.chainId()))
        : new Stack(step.below(), step.diffId(), Optional.of(chainId));
  }
}

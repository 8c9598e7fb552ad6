package io.github.dockerimageexporter.repair.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.ScannedState;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.Lower;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// What overlay2 had written down about its directories, found again from the other directories.
final class ShortNames {
  private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final Pattern STACK = Pattern.compile("l/[A-Z2-7]{26}(?::l/[A-Z2-7]{26})*");
  private static final Pattern TARGET = Pattern.compile("\\.\\./([!-.0-~]+)/diff");

  private final GraphDriverSnapshot store;
  private final Map<CacheId, List<CacheId>> standingOn = new HashMap<>();

  ShortNames(GraphDriverSnapshot store, LayerGraph graph) {
    this.store = store;
    if (store.overlayRecords().isEmpty()) {
      return;
    }
    for (Layer layer : store.layers().values()) {
      graph.childrenOf(layer.chainId()).stream()
          .map(store.layers()::get)
          .filter(Objects::nonNull)
          .forEach(above -> stand(above.cacheId(), layer.cacheId()));
    }
    for (RwLayer mount : store.mounts().values()) {
      CacheId lowest = mount.initId().orElse(mount.mountId());
      mount.parent().map(store.layers()::get).ifPresent(layer -> stand(lowest, layer.cacheId()));
      mount.initId().ifPresent(init -> stand(mount.mountId(), init));
    }
  }

  private void stand(CacheId above, CacheId below) {
    standingOn.computeIfAbsent(below, _ -> new ArrayList<>(1)).add(above);
  }

  /// The directory to which the short name should lead.
  Optional<CacheId> directoryOf(String link, String target) {
    var parts = TARGET.matcher(target);
    return OverlayRecord.isLink(link) && parts.matches()
        ? Optional.of(new CacheId(parts.group(1)))
        : Optional.empty();
  }

  /// The names of the mounts whose directory `id` is.
  List<String> mountsOf(CacheId id) {
    return store.mounts().values().stream()
        .filter(
            mount -> mount.mountId().equals(id) || mount.initId().filter(id::equals).isPresent())
        .map(RwLayer::name)
        .toList();
  }

  /// Writes the short name that a directory has lost. If none leads to it any more, what stands on
  /// it still names it; if nothing does, any will do.
  GraphDriverStep written(CacheId id) {
    String otherwise =
        standingOn.getOrDefault(id, List.of()).stream()
            .flatMap(above -> nearest(above).stream())
            .findFirst()
            .orElseGet(() -> invented(id));
    return new GraphDriverStep.WriteShortName(id, otherwise);
  }

  /// Writes what a directory stands on, and what those above it stand on as far as that changes.
  ///
  /// @return the steps for each directory; one without a usable short name below it has none
  Map<CacheId, List<GraphDriverStep>> restacked(CacheId id, Optional<CacheId> below) {
    var steps = new LinkedHashMap<CacheId, List<GraphDriverStep>>();
    if (below.isEmpty()) {
      steps.put(id, List.of(GraphDriverStep.MoveAside.of(lower(id), seen(id))));
      link(id).ifPresent(link -> restackAbove(id, OverlayRecord.LINKS + link, steps));
    } else {
      stack(below.get()).ifPresent(stack -> restack(id, stack, steps));
    }
    return steps;
  }

  private void restack(CacheId id, String stack, Map<CacheId, List<GraphDriverStep>> steps) {
    steps.put(id, List.of(new GraphDriverStep.Write(lower(id), stack, List.of(seen(id)))));
    link(id).ifPresent(link -> restackAbove(id, OverlayRecord.LINKS + link + ":" + stack, steps));
  }

  /// BuildKit's directories may stand on others than the layer's record says.
  private void restackAbove(CacheId id, String stack, Map<CacheId, List<GraphDriverStep>> steps) {
    for (CacheId above : standingOn.getOrDefault(id, List.of())) {
      OverlayRecord overlay = store.overlayRecords().get(above);
      boolean differs =
          overlay != null && overlay.lower().map(Lower::text).filter(stack::equals).isEmpty();
      if (differs && !CacheId.isBuildKit(above.value()) && !steps.containsKey(above)) {
        restack(above, stack, steps);
      }
    }
  }

  /// What a directory on top of `below` has for its `lower`.
  private Optional<String> stack(CacheId below) {
    OverlayRecord overlay = store.overlayRecords().get(below);
    if (overlay == null || !overlay.leadsHome()) {
      return Optional.empty();
    }
    return Optional.of(Lower.on(overlay).text()).filter(text -> STACK.matcher(text).matches());
  }

  private Optional<String> link(CacheId id) {
    return Optional.ofNullable(store.overlayRecords().get(id))
        .filter(OverlayRecord::leadsHome)
        .flatMap(OverlayRecord::link);
  }

  /// The first short name in the `lower` of a directory.
  private Optional<String> nearest(CacheId id) {
    return Optional.ofNullable(store.overlayRecords().get(id))
        .flatMap(OverlayRecord::lower)
        .filter(lower -> STACK.matcher(lower.text()).matches())
        .flatMap(Lower::nearest);
  }

  private ScannedState seen(CacheId id) {
    String path = lower(id);
    Optional<String> found =
        Optional.ofNullable(store.overlayRecords().get(id))
            .flatMap(OverlayRecord::lower)
            .map(Lower::text);
    return found
        .<ScannedState>map(
            text ->
                text.isEmpty() || STACK.matcher(text).matches()
                    ? new ScannedState.Text(path, text)
                    : new ScannedState.Something(path))
        .orElseGet(() -> new ScannedState.Nothing(path));
  }

  private String lower(CacheId id) {
    return store.layout().driverHome() + "/" + id + "/lower";
  }

  /// A short name that follows from the directory's own, so that a plan is the same each time.
  private static String invented(CacheId id) {
    String hex = Digest.of("short name of " + id).hex();
    var link = new StringBuilder(OverlayRecord.LINK_LENGTH);
    for (int i = 0; i < OverlayRecord.LINK_LENGTH; i++) {
      int value = Integer.parseInt(hex, 2 * i, 2 * i + 2, 16);
      link.append(DIGITS.charAt(value % DIGITS.length()));
    }
    return link.toString();
  }
}

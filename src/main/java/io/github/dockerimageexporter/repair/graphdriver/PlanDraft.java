package io.github.dockerimageexporter.repair.graphdriver;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.repair.plan.GraphDriverPlan;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.repair.plan.ScannedState;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// What is to be done about all findings, each thing once, before it is put in order.
final class PlanDraft {
  final Set<ImageId> images = new TreeSet<>();
  final Set<String> containers = new TreeSet<>();
  final ImageNames names;

  private final GraphDriverSnapshot store;
  private final LayerGraph graph;
  private final Set<ChainId> layers = new HashSet<>();
  private final Map<ChainId, List<GraphDriverStep>> restores = new LinkedHashMap<>();
  private final Map<CacheId, List<GraphDriverStep>> restacks = new LinkedHashMap<>();
  private final Map<ImageId, ImageId> lostParents = new LinkedHashMap<>();
  private final Set<GraphDriverStep> others = new LinkedHashSet<>();
  private final Set<GraphDriverStep> before = new LinkedHashSet<>();
  private final Set<String> losses = new LinkedHashSet<>();
  private boolean restarts;

  PlanDraft(GraphDriverSnapshot store, LayerGraph graph) {
    this.store = store;
    this.graph = graph;
    this.names = new ImageNames(store);
  }

  /// The layers of a finding and all that stand on them.
  void moveLayers(Finding finding) {
    layers.addAll(finding.affectedLayers(store, graph));
  }

  /// All layers, whose content is gone at once, unless a disk is to be mounted on `path`.
  void replaceAll(Finding finding, String path) {
    before.add(new GraphDriverStep.ExpectNoDisk(path));
    losses.add(
        path
            + " is empty. If a disk belongs there, do not run this plan: stop the daemon, mount the"
            + " disk, start the daemon.");
    moveLayers(finding);
  }

  /// A layer and all that stand on it.
  void moveLayer(ChainId id) {
    layers.addAll(graph.above(Set.of(id)));
  }

  void rename(ChainId missing, Layer found) {
    String from = store.layout().layer(found.chainId());
    others.add(
        new GraphDriverStep.Rename(
            from,
            store.layout().layer(missing),
            List.of(
                new ScannedState.Nothing(store.layout().layer(missing)),
                new ScannedState.Text(from + "/diff", found.diffId().toString()))));
  }

  void restore(ChainId layer, List<GraphDriverStep> steps) {
    restores.put(layer, steps);
  }

  void restack(CacheId directory, List<GraphDriverStep> steps) {
    restacks.put(directory, steps);
  }

  void restoreNames(String path) {
    before.add(new GraphDriverStep.RestoreNames(path));
    losses.add(
        "If the daemon is not running, it has to start with an empty list of names: every image is"
            + " then untagged until you tag it (docker tag ID NAME). Do not run docker image prune"
            + " before that.");
  }

  void forgetParent(ImageId image, ImageId parent) {
    lostParents.put(image, parent);
  }

  /// A container that Docker forgets, or has forgotten.
  void forgetContainer(String id) {
    containers.add(id);
    if (SafeNames.isContainerId(id)) {
      losses.add(
          "Container "
              + id
              + ": if docker ps -a still lists it, do not run this plan: docker rename writes its"
              + " configuration again.");
    }
  }

  void finishRemoval(String path) {
    restart();
    if (SafeNames.isPrintable(path)) {
      others.add(GraphDriverStep.MoveAside.ifThere(path));
    }
  }

  void restart() {
    restarts = true;
  }

  void moveAside(String path) {
    if (SafeNames.isPrintable(path)) {
      others.add(GraphDriverStep.MoveAside.of(path, new ScannedState.Something(path)));
    } else {
      note(path, "its name cannot be used in a command");
    }
  }

  void moveDirectory(CacheId id) {
    others.add(new GraphDriverStep.MoveDirectoryAside(id));
  }

  void note(String path, String why) {
    others.add(new GraphDriverStep.Note("no command for " + Quote.line(path) + ": " + why));
  }

  /// Puts everything in order: what stands on top goes first.
  GraphDriverPlan finish(Map<CacheId, Long> diskBytes) {
    Set<ChainId> moved = closed(layers);
    Set<ImageId> onMoved = graph.imagesOf(moved);
    images.addAll(onMoved);
    containers.addAll(containersOn(moved, onMoved));
    var moves = new StoreMoves(store, graph, moved);
    var offline = new Steps();
    containers.forEach(id -> moves.container(id, offline));
    moves.layers(offline);
    images.forEach(id -> moves.image(id, offline));
    restores.forEach((id, steps) -> addUnless(moved.contains(id), steps, offline));
    restacks.forEach((id, steps) -> addUnless(moves.takes(id), steps, offline));
    others.forEach(offline::add);
    var pulls = new ImagePulls(store, images, names);
    pulls.addLostParents(lostParents);
    lostParents.forEach((image, parent) -> moves.parent(image, parent, offline));
    var online = new ArrayList<GraphDriverStep>(pulls.steps());
    if (!moved.isEmpty()) {
      online.add(new GraphDriverStep.PruneBuildCache());
      losses.add("The build cache is emptied: it may depend on layers that are moved.");
    }
    losses.addAll(moves.losses());
    losses.addAll(pulls.losses());
    return new GraphDriverPlan(
        store.layout(),
        List.copyOf(losses),
        List.copyOf(before),
        offline.toList(),
        online,
        restarts
            || offline.toList().stream().anyMatch(step -> !(step instanceof GraphDriverStep.Note)),
        bytes(offline.toList(), diskBytes),
        pulls.neededBytes(moved));
  }

  private static void addUnless(boolean isMoved, List<GraphDriverStep> steps, Steps all) {
    if (!isMoved) {
      all.addAll(steps);
    }
  }

  /// The layers and all that stand on them, by their own records or by those of the images.
  private Set<ChainId> closed(Set<ChainId> lowest) {
    var all = new HashSet<>(lowest);
    for (ImageId id : graph.imagesOf(graph.above(lowest))) {
      Image image = store.images().get(id);
      if (image != null) {
        image.rootFs().chainIds().stream()
            .dropWhile(layer -> !lowest.contains(layer))
            .forEach(all::add);
      }
    }
    return graph.above(all);
  }

  private Set<String> containersOn(Set<ChainId> moved, Set<ImageId> onMoved) {
    var found = new TreeSet<String>();
    store.mounts().values().stream()
        .filter(mount -> mount.parent().filter(moved::contains).isPresent())
        .forEach(mount -> found.add(mount.name()));
    store.invalidMounts().values().stream()
        .filter(mount -> mount.parent().filter(moved::contains).isPresent())
        .forEach(mount -> found.add(mount.name()));
    store.containers().stream()
        .filter(container -> onMoved.contains(container.imageId()))
        .forEach(container -> found.add(container.id()));
    return found;
  }

  private static OptionalLong bytes(List<GraphDriverStep> steps, Map<CacheId, Long> diskBytes) {
    if (diskBytes.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        steps.stream()
            .filter(GraphDriverStep.MoveDirectoryAside.class::isInstance)
            .map(GraphDriverStep.MoveDirectoryAside.class::cast)
            .mapToLong(step -> diskBytes.getOrDefault(step.id(), 0L))
            .sum());
  }
}

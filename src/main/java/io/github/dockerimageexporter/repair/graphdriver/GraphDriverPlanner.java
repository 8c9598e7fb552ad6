package io.github.dockerimageexporter.repair.graphdriver;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.repair.plan.GraphDriverPlan;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.InvalidMount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Turns the findings of one store into the plan that repairs them all.
///
/// What follows from something else in the store is written again: short names, `lower`, and `diff`
/// and `parent` of a layer, of which the image's configuration is the record. All else is moved
/// aside with what stands on it, and pulled again. The daemon is stopped once, and each thing is
/// moved once, however many problems it has. There is no plan while not every layer, image and
/// mount is known: what stands on a layer that is moved must be moved too.
///
/// No `default` in the switch, so a new kind does not compile without its repair.
public final class GraphDriverPlanner {
  private final PlanDraft draft;
  private final LayerRecords records;
  private final ShortNames shortNames;

  private GraphDriverPlanner(GraphDriverSnapshot store, LayerGraph graph) {
    this.draft = new PlanDraft(store, graph);
    this.records = new LayerRecords(store, graph);
    this.shortNames = new ShortNames(store, graph);
  }

  /// The plan that repairs all that `report` has found in `store`.
  ///
  /// @param diskBytes what the driver's directories take, as far as they are measured
  public static GraphDriverPlan plan(
      GraphDriverSnapshot store, LayerGraph graph, Report report, Map<CacheId, Long> diskBytes) {
    if (store.use() == StoreUse.LEFT_BEHIND) {
      return GraphDriverPlan.without(
          store.layout(),
          "No plan: the daemon no longer uses this store, so nothing can be pulled into it. If you"
              + " do not need it, remove it while the daemon is stopped.");
    }
    if (!store.knowsEveryChain() || !knowsEveryMount(store)) {
      return GraphDriverPlan.without(
          store.layout(),
          "No plan: part of the store could not be read. Run check --plan as root, or with"
              + " CAP_DAC_READ_SEARCH.");
    }
    var planner = new GraphDriverPlanner(store, graph);
    report.findings().forEach(planner::add);
    return planner.draft.finish(diskBytes);
  }

  /// Whether each mount says which chain it stands on.
  private static boolean knowsEveryMount(GraphDriverSnapshot store) {
    long telling =
        store.invalidMounts().values().stream()
            .filter(InvalidMount::tellsParent)
            .filter(mount -> store.unreadable().reasons().containsKey(mount.path()))
            .count();
    return store.unreadable().countBelow(store.layout().mounts()) == telling;
  }

  private void add(Finding finding) {
    switch (finding.problem()) {
      case Problem.OfContainerd _ -> throw new IllegalStateException("no store of a graph driver");
      case Problem.OfContent _ -> draft.moveLayers(finding);
      case Problem.OfImage ofImage -> add(ofImage);
      case Problem.OfLayer ofLayer -> add(ofLayer, finding);
      case Problem.DriverDirectoryEmpty(var path) -> draft.replaceAll(finding, path);
      case Problem.CacheIdConflict _ -> draft.moveLayers(finding);
      case Problem.LayerParentMissing(_, var layers, _) -> restore(layers);
      case Problem.LayerParentCycle(var layers, _) -> restore(layers);
      case Problem.ReferenceDangling(_, var target, var names) -> draft.names.add(target, names);
      case Problem.ReferencesInvalid(var path, _, _) -> draft.restoreNames(path);
      case Problem.OverlayLinkInvalid(_, _, var path, _) -> relink(path);
      case Problem.OverlayLinkDangling dangling -> link(dangling, finding);
      case Problem.OverlayLowerMismatch(_, _, var path, var below) -> restack(path, below);
      case Problem.MountInvalid(var mounts, _, _) -> mounts.forEach(draft.containers::add);
      case Problem.ContainerMountMissing(var container, _, _) -> draft.containers.add(container);
      case Problem.ContainerConfigInvalid(var container, _, _) -> draft.forgetContainer(container);
      case Problem.ImageParentDangling(var parent, var images, _) ->
          images.forEach(image -> draft.forgetParent(image, parent));
      case Problem.LayerRemovalLeftover(var path) -> draft.finishRemoval(path);
      case Problem.LayerTransactionLeftover(var path) -> draft.moveAside(path);
      case Problem.OrphanDirectory(var path) -> moveDirectory(path);
      case Problem.OverlayLinkUnowned(var path) -> draft.moveAside(path);
      case Problem.MountUnowned(_, var container) -> draft.containers.add(container);
      case Problem.DownloadLeftover _ -> draft.restart();
      case Problem.StrayEntry(var path) -> stray(path);
    }
  }

  private void add(Problem.OfImage problem) {
    switch (problem) {
      case Problem.ImageConfigInvalid _,
          Problem.ImageConfigDigestMismatch _,
          Problem.ImageTooDeep _ ->
          draft.images.add(problem.id());
      case Problem.ImageMetadataOrphan(_, var path) -> draft.moveAside(path);
    }
  }

  private void add(Problem.OfLayer problem, Finding finding) {
    switch (problem) {
      case Problem.LayerMissing(var layer, _, _) ->
          records
              .renamed(layer)
              .ifPresentOrElse(
                  found -> draft.rename(layer, found), () -> draft.moveLayers(finding));
      case Problem.LayerMetadataInvalid(var layer, var path, _, _) ->
          records
              .rewritten(layer, path)
              .ifPresentOrElse(
                  steps -> draft.restore(layer, steps), () -> draft.moveLayers(finding));
      case Problem.LayerEmpty _,
          Problem.ChainTooDeep _,
          Problem.LayerDirectoryMissing _,
          Problem.TarSplitInvalid _,
          Problem.LayerUnreferenced _ ->
          draft.moveLayers(finding);
      case Problem.ChainIdMismatch(var layer, _, _) -> restore(List.of(layer));
      case Problem.LayerSizeMismatch(
              var layer,
              var path,
              long recorded,
              long measured,
              long listed) -> {
        if (measured == listed) {
          draft.restore(layer, LayerRecords.size(path, recorded, listed));
        } else {
          draft.moveLayers(finding);
        }
      }
    }
  }

  /// Writes what the configuration of an image says of the layers; moves those aside of which none
  /// says anything.
  private void restore(List<ChainId> layers) {
    for (ChainId id : layers) {
      records
          .restored(id)
          .ifPresentOrElse(steps -> draft.restore(id, steps), () -> draft.moveLayer(id));
    }
  }

  private void relink(String path) {
    withDirectory(path, id -> draft.restack(id, List.of(shortNames.written(id))));
  }

  /// A short name that leads elsewhere may be another directory's by right, so that only one that
  /// is not there is made again.
  private void link(Problem.OverlayLinkDangling problem, Finding finding) {
    String link = problem.path().substring(problem.path().lastIndexOf('/') + 1);
    Optional<CacheId> directory = shortNames.directoryOf(link, problem.expected());
    if (problem.found().isEmpty() && directory.filter(SafeNames::isDirectory).isPresent()) {
      draft.restack(
          directory.get(), List.of(new GraphDriverStep.LinkShortName(link, directory.get())));
    } else if (!problem.layers().isEmpty()) {
      draft.moveLayers(finding);
    } else {
      directory.ifPresentOrElse(
          id -> shortNames.mountsOf(id).forEach(draft.containers::add),
          () -> draft.note(problem.path(), "its directory name is not one that Docker gives"));
    }
  }

  private void restack(String path, Optional<CacheId> below) {
    withDirectory(path, id -> shortNames.restacked(id, below).forEach(draft::restack));
  }

  private void moveDirectory(String path) {
    withDirectory(path + "/", draft::moveDirectory);
  }

  /// The directory of the driver that is the parent of `path`.
  private void withDirectory(String path, Consumer<CacheId> use) {
    String directory = path.substring(0, path.lastIndexOf('/'));
    String name = directory.substring(directory.lastIndexOf('/') + 1);
    CacheId.find(name)
        .filter(SafeNames::isDirectory)
        .ifPresentOrElse(
            use, () -> draft.note(directory, "this is not a directory name that Docker gives"));
  }

  private void stray(String path) {
    if (path.substring(path.lastIndexOf('/') + 1).startsWith(".tmp-")) {
      draft.moveAside(path);
    } else {
      draft.note(path, "Docker did not create it and ignores it; find out what did");
    }
  }
}

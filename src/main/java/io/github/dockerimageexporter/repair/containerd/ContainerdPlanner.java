package io.github.dockerimageexporter.repair.containerd;

import io.github.dockerimageexporter.check.ContainerdProblem;
import io.github.dockerimageexporter.check.ContentProblem;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.repair.plan.ContainerdPlan;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Turns the findings of one store of containerd into the plan that repairs them all.
///
/// | what is lost                       | what the plan does                                      |
/// |------------------------------------|---------------------------------------------------------|
/// | a blob                             | gets it by its digest, and puts it to its place         |
/// | a blob's record                    | gets it, and lets containerd take it                    |
/// | a layer's directory                | unpacks its blob into it                                |
/// | a container's directory            | makes an empty one                                      |
/// | a layer's snapshot                 | lets the engine unpack the image again                  |
/// | a container that a lease is for    | ends the lease                                          |
/// | a database, or records within it   | nothing: it says what to restore, or to remove and pull |
///
/// Images are neither removed nor pulled by name, since little is mended by that here: what another
/// image shares stays as it is, and a name may stand for something else by now.
///
/// No `default` in the switch, so a new kind does not compile without its repair.
public final class ContainerdPlanner {
  private static final String REMOVE_ALL =
      "remove all containers and images that contain it (docker rm, docker rmi), and pull or build"
          + " the images again";

  private final ContainerdSnapshot store;
  private final ContainerdDraft draft;

  private ContainerdPlanner(ContainerdSnapshot store) {
    this.store = store;
    this.draft = new ContainerdDraft(store);
  }

  /// The plan that repairs all that `report` has found in `store`.
  public static ContainerdPlan plan(
      ContainerdSnapshot store,
      LayerGraph graph,
      Report report,
      Map<CacheId, Long> ignoredDiskBytes) {
    if (store.use() == StoreUse.LEFT_BEHIND) {
      return ContainerdPlan.without(
          store.layout(),
          "No plan: the daemon no longer uses this store, so nothing can be fetched into it. If you"
              + " do not need it, remove it while the daemon and containerd are stopped.");
    }
    var planner = new ContainerdPlanner(store);
    report.findings().forEach(planner::add);
    return planner.draft.finish();
  }

  private void add(Finding finding) {
    switch (finding.problem()) {
      case ContainerdProblem problem -> add(problem);
      case Problem.OfImage problem -> add(problem);
      case Problem.OfLayer problem -> add(problem, finding);
      case ContentProblem(var layer, _, var fault, _) -> content(layer, fault);
      case Problem.OfLeftover problem -> add(problem);
      case Problem.ReferenceDangling(_, var target, var names) -> dangling(target, names);
      case Problem.DriverDirectoryEmpty(var path) -> {
        unmounted(path);
        draft.refill(store.layers().keySet().stream());
        store.containers().forEach(container -> draft.container(container.id()));
      }
      case Problem.ContainerMountMissing(var container, _, _) -> draft.container(container);
      case Problem.ContainerConfigInvalid(var container, var path, _) -> {
        draft.loss(
            "Container %s: if docker ps -a still lists it, docker rename writes its configuration"
                    .formatted(Quote.line(container))
                + " again; otherwise restore it from a backup.");
        draft.note(Quote.line(path), "only a backup has what was in it");
      }
      case Problem.CacheIdConflict(_, var layers, _, _) ->
          draft.note(
              "layers " + Quote.names(layers.stream().map(Object::toString).toList()), REMOVE_ALL);
      case Problem.LayerParentCycle(var layers, _) -> restore("layer " + layers.getFirst());
      case Problem.LayerParentMissing(var parent, _, _) ->
          draft.note("layer " + parent, REMOVE_ALL);
      case Problem.ImageParentDangling(_, var images, _) ->
          draft.remark("Image %s works as it is: nothing to do.".formatted(images.getFirst()));
      case Problem.ReferencesInvalid _ ->
          store.invalidNames().targets().keySet().forEach(draft::forget);
      case Problem.OverlayLinkInvalid _,
          Problem.OverlayLinkDangling _,
          Problem.OverlayLowerMismatch _,
          Problem.MountInvalid _ ->
          throw new IllegalStateException("no store of containerd");
    }
  }

  private void content(ChainId layer, Fault fault) {
    if (fault == Fault.DIFF_ID) {
      draft.note("layer " + layer, REMOVE_ALL);
    } else {
      draft.renew(layer);
    }
  }

  private void add(ContainerdProblem problem) {
    switch (problem) {
      case ContainerdProblem.GcLabelMissing(var blob, _, var images, _, _) -> {
        draft.keep(blob);
        label(images, List.of());
      }
      case ContainerdProblem.ManifestInvalid invalid when invalid.intact() ->
          draft.note(
              "the %s %s".formatted(invalid.role(), invalid.blob()),
              "its content is what was published, so remove the image (docker rmi), and pull or"
                  + " build it again");
      case ContainerdProblem.BlobMissing missing when !missing.recorded() -> {
        draft.blob(missing.blob());
        label(missing.images(), List.of(missing.blob()));
      }
      case ContainerdProblem.OfBlob ofBlob -> draft.blob(ofBlob.blob());
      case ContainerdProblem.ContainerLeaseMissing(var container, _) -> {
        draft.holdCollection();
        draft.loss(
            "Container %s: what it wrote is lost with the next image or container that is removed."
                    .formatted(Quote.line(container))
                + " Copy it first (docker cp, docker commit), then create the container again.");
        draft.note("container " + Quote.line(container), "ctr cannot give it a lease again");
      }
      case ContainerdProblem.ContentStoreEmpty(var path) -> {
        unmounted(path);
        draft.allBlobs();
      }
      case ContainerdProblem.SnapshotDirectoryMissing(var key, _, _) -> draft.directory(key);
      case ContainerdProblem.SnapshotSizeMismatch(var layer, _, _, _) -> sizeMismatch(layer);
      case ContainerdProblem.BlobOrphan(var path) -> collected(Quote.line(path));
      case ContainerdProblem.SnapshotRecordMissing(var key, _, _) ->
          draft.note("the snapshot " + Quote.line(key), REMOVE_ALL);
      case ContainerdProblem.SnapshotParentMismatch(var key, _, _, _, _) ->
          draft.note("the snapshot " + Quote.line(key), REMOVE_ALL);
      case ContainerdProblem.StoreDatabaseInvalid(var path, _) -> restore(Quote.line(path));
    }
  }

  /// Gives manifests that have lost all their labels those of the engine: without any, what is
  /// fetched again would be collected again, and with some of them, the rest would seem never to
  /// have been fetched.
  ///
  /// @param images those that may have lost them
  /// @param lost what they name besides what is known of them
  private void label(List<ImageId> images, List<Digest> lost) {
    for (ImageId image : images) {
      Digest target = image.digest();
      if (!store.graph().edges().containsKey(new Node.Blob(target))) {
        Optional.ofNullable(store.contents().get(image)).stream()
            .flatMap(content -> content.manifests().stream())
            .filter(manifest -> manifest.digest().equals(target))
            .flatMap(manifest -> named(manifest, lost))
            .filter(blob -> !blob.equals(target))
            .forEach(blob -> draft.keep(target, blob));
      }
    }
  }

  private static Stream<Digest> named(ImageContent.Manifest manifest, List<Digest> lost) {
    Stream<Digest> here = manifest.content().stream().map(ImageContent.Sized::digest);
    return Stream.of(lost.stream(), here, manifest.layers().stream()).flatMap(blobs -> blobs);
  }

  private void add(Problem.OfImage problem) {
    switch (problem) {
      case Problem.ImageConfigInvalid _,
          Problem.ImageConfigDigestMismatch _,
          Problem.ImageTooDeep _,
          Problem.ImageMetadataOrphan _ ->
          draft.note("image " + problem.id(), "remove it, and pull or build it again");
    }
  }

  private void add(Problem.OfLayer problem, Finding finding) {
    switch (problem) {
      case Problem.LayerMissing(var layer, _, var restorable) -> {
        if (!restorable) {
          draft.loss("Layer %s: its image has to be completed first.".formatted(layer));
        }
        unpack(layer, finding.affectedImages());
      }
      case Problem.LayerDirectoryMissing(var layer, _, _) -> draft.refill(List.of(layer).stream());
      case Problem.LayerSizeMismatch(var layer, _, _, _, _) -> sizeMismatch(layer);
      case Problem.LayerMetadataInvalid _,
          Problem.ChainIdMismatch _,
          Problem.LayerEmpty _,
          Problem.ChainTooDeep _,
          Problem.TarSplitInvalid _ ->
          draft.note("layer " + problem.layer(), REMOVE_ALL);
      case Problem.LayerUnreferenced(var layer, _) -> collected("layer " + layer);
    }
  }

  /// Nothing but Docker unpacks a layer again on which others stand, and that only if no layer
  /// above it is there.
  private void unpack(ChainId layer, List<ImageId> images) {
    if (!store.layout().isDockers()) {
      draft.note(
          "layer " + layer,
          "remove all images that contain it (crictl rmi, ctr images rm), and pull them again");
    } else if (images.stream().anyMatch(image -> hasAnyAbove(layer, image))) {
      draft.note(
          "layer " + layer, "Docker needs only the layers above it, which exist; " + REMOVE_ALL);
    } else {
      draft.unpack(layer, images.stream());
    }
  }

  private boolean hasAnyAbove(ChainId layer, ImageId id) {
    Image image = store.images().get(id);
    return image != null
        && image.manifests().stream()
            .map(manifest -> manifest.rootFs().chainIds())
            .anyMatch(
                chain ->
                    chain.stream()
                        .skip(chain.contains(layer) ? chain.indexOf(layer) : chain.size())
                        .anyMatch(store::hasLayer));
  }

  private void add(Problem.OfLeftover problem) {
    switch (problem) {
      case Problem.MountUnowned(_, var container) -> draft.lease(container);
      case Problem.StrayEntry(var path) ->
          draft.note(Quote.line(path), "containerd did not create it; find out what did");
      case Problem.OrphanDirectory _,
          Problem.DownloadLeftover _,
          Problem.LayerRemovalLeftover _,
          Problem.LayerTransactionLeftover _,
          Problem.OverlayLinkUnowned _ ->
          collected(Quote.line(problem.path()));
    }
  }

  private void dangling(String target, List<String> names) {
    try {
      draft.dangling(
          Digest.parse(target), names.stream().map(name -> new Reference(name, target)).toList());
    } catch (IllegalArgumentException notADigest) {
      draft.note(Quote.names(names), "its target is not a digest");
    }
  }

  private void sizeMismatch(ChainId layer) {
    draft.note("layer " + layer, "if only the figure is wrong, nothing to do; else " + REMOVE_ALL);
  }

  private void unmounted(String path) {
    draft.loss(
        "If a disk belongs on %s, do not run this plan: mount the disk instead."
            .formatted(Quote.line(path)));
  }

  private void restore(String what) {
    draft.loss(
        "%s: restore the database from a backup before containerd or the daemon is started again."
            .formatted(what));
    draft.note(what, "only a backup of the database has what is lost");
  }

  private void collected(String what) {
    draft.remark("%s: containerd removes it with the next image that is removed.".formatted(what));
  }
}

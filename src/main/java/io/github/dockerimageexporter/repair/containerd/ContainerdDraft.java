package io.github.dockerimageexporter.repair.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.repair.plan.ContainerdPlan;
import io.github.dockerimageexporter.repair.plan.ContainerdStep;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What is to be done about all findings, each thing once, before it is put in order: what keeps
/// the next collection from taking more, blobs, then
/// the directories that are filled from them, lowest first, then what needs both.
final class ContainerdDraft {
  /// The one snapshotter whose directories are known so well that they can be made by hand.
  private static final String OVERLAYFS = "overlayfs";

  private final ContainerdSnapshot store;
  private final Repositories repositories;
  private final LayerRefills refills;
  private final Map<Digest, ContainerdStep.Fetch> fetches = new LinkedHashMap<>();
  private final Set<ContainerdStep> blobs = new LinkedHashSet<>();
  private final Set<ContainerdStep> labels = new LinkedHashSet<>();
  private final Map<Long, ContainerdStep> directories = new TreeMap<>();
  private final Set<ContainerdStep> others = new LinkedHashSet<>();
  private final SequencedSet<String> losses = new LinkedHashSet<>();
  private final LeftContainers leftBehind;
  private long neededBytes;
  private boolean isCollectionHeld;

  ContainerdDraft(ContainerdSnapshot store) {
    this.store = store;
    this.repositories = new Repositories(store);
    this.refills = new LayerRefills(store);
    this.leftBehind = new LeftContainers(store);
  }

  /// A blob that is lost, or not what its name says.
  void blob(Digest digest) {
    NamedBlob blob = refills.blob(digest);
    List<String> known = repositories.of(blob);
    if (!blob.isRecorded() && blob.isNeededByListing()) {
      fetchImage(blob, known);
      return;
    }
    fetch(blob, known);
    blobs.add(
        blob.isRecorded() ? new ContainerdStep.Put(digest) : new ContainerdStep.Ingest(digest));
    if (known.isEmpty()) {
      losses.add(repositories.noneHas(blob));
    }
  }

  /// All blobs that are recorded, of which none is there.
  void allBlobs() {
    store.namedBlobs().values().stream()
        .filter(NamedBlob::isRecorded)
        .map(NamedBlob::digest)
        .forEach(this::blob);
  }

  private void fetch(NamedBlob blob, List<String> known) {
    if (fetches.putIfAbsent(blob.digest(), new ContainerdStep.Fetch(blob.digest(), known))
        == null) {
      neededBytes += blob.describedBytes();
    }
  }

  /// containerd needs more of an index or a manifest than its bytes: what it names.
  private void fetchImage(NamedBlob blob, List<String> known) {
    if (known.isEmpty()) {
      losses.add(repositories.noneHas(blob));
      note("the %s %s".formatted(blob.role().word(), blob.digest()), "no registry is known for it");
      return;
    }
    fetch(blob, known);
    others.add(new ContainerdStep.FetchImage(known.getFirst() + "@" + blob.digest()));
  }

  /// A blob that does not keep what it names.
  void keep(Digest digest) {
    for (Node node : refills.blob(digest).unprotected()) {
      switch (node) {
        case Node.Blob(var blob) -> keep(digest, blob);
        case Node.Snapshot(var key) when SafeNames.isDigest(key) ->
            labels.add(new ContainerdStep.KeepSnapshot(digest, key));
        case Node.Snapshot _, Node.Other _ ->
            note(Quote.line(node.toString()), "it has no name that an image can keep it by");
      }
    }
  }

  void keep(Digest keeper, Digest blob) {
    labels.add(new ContainerdStep.KeepBlob(keeper, blob));
  }

  /// Names whose target has no record.
  void dangling(Digest target, List<Reference> names) {
    List<String> known = repositories.of(names, target);
    if (known.isEmpty()) {
      String all = Quote.names(names.stream().map(Reference::name).toList());
      losses.add(
          "Image %s (%s): no registry is known to have it, so it must be built or loaded again."
              .formatted(all, target));
      note(all, "build or load it again under this name");
      return;
    }
    fetches.putIfAbsent(target, new ContainerdStep.Fetch(target, known));
    others.add(new ContainerdStep.FetchImage(known.getFirst() + "@" + target));
  }

  /// Layers whose directory is lost.
  void refill(Stream<ChainId> layers) {
    layers.forEach(layer -> unpack(layer, ContainerdStep.Refill::new));
  }

  /// A layer whose directory has other files than its blob.
  void renew(ChainId layer) {
    unpack(layer, ContainerdStep.Renew::new);
  }

  /// A step that unpacks a layer.
  @FunctionalInterface
  private interface Unpacking {
    ContainerdStep into(long number, Digest blob, DiffId diffId, OptionalLong below);
  }

  private void unpack(ChainId layer, Unpacking step) {
    String key = layer.toString();
    OptionalLong number = refills.numberOf(key);
    if (number.isEmpty()) {
      return;
    }
    List<LayerRefills.Content> contents = refills.of(layer);
    Optional<LayerRefills.Content> content =
        contents.stream()
            .filter(it -> it.isHere() || !repositories.of(it.blob()).isEmpty())
            .findFirst()
            .or(() -> contents.stream().findFirst());
    if (!canMakeDirectories() || content.isEmpty()) {
      losses.add(
          "Layer %s: its content is lost; remove all images that contain it, and pull or build them"
                  .formatted(layer)
              + " again.");
      note(
          "layer " + layer,
          canMakeDirectories()
              ? "no blob is known that unpacks to it"
              : "the directories of this snapshotter cannot be made by hand");
      return;
    }
    NamedBlob blob = content.get().blob();
    if (!content.get().isHere()) {
      fetch(blob, repositories.of(blob));
    }
    neededBytes += refills.sizeOf(key);
    directories.put(
        number.getAsLong(),
        step.into(number.getAsLong(), blob.digest(), content.get().diffId(), refills.belowOf(key)));
  }

  /// Whether directories have the form and the owners that overlayfs gives them.
  boolean canMakeDirectories() {
    return store.layout().snapshotter().equals(OVERLAYFS) && store.layout().root().isEmpty();
  }

  /// A container that has lost its directory, or the one below it.
  void container(String id) {
    String below = ContainerdSnapshot.initOf(id);
    List<String> lost =
        Stream.of(below, id).filter(key -> !store.snapshotDirectories().containsKey(key)).toList();
    boolean recorded = lost.stream().allMatch(key -> refills.numberOf(key).isPresent());
    if (!recorded || !canMakeDirectories()) {
      losses.add(
          "Container %s: its record is lost; copy what it wrote%s, remove it and create it again."
              .formatted(Quote.line(id), writtenBy(id)));
      note("container " + Quote.line(id), "docker rm removes what is left of it");
      return;
    }
    if (lost.contains(id)) {
      losses.add(
          "Container %s: what it wrote is lost. It gets an empty directory, so that it can start."
              .formatted(Quote.line(id)));
    }
    for (String key : lost) {
      long number = refills.numberOf(key).orElseThrow();
      directories.put(number, new ContainerdStep.MakeEmpty(number, refills.belowOf(key)));
    }
  }

  /// A snapshot that is no image's and has lost its directory: what stands below a container, which
  /// has nothing but mount points, or the build cache's.
  void directory(String key) {
    OptionalLong number = refills.numberOf(key);
    if (number.isPresent() && canMakeDirectories() && isBelowContainer(key)) {
      directories.put(
          number.getAsLong(),
          new ContainerdStep.MakeEmpty(number.getAsLong(), refills.belowOf(key)));
    } else {
      note(
          "the snapshot " + Quote.line(key),
          "docker builder prune --all removes it, if it belongs to the build cache");
    }
  }

  private static boolean isBelowContainer(String key) {
    String container = key.replaceFirst("-.*", "");
    return SafeNames.isContainerId(container) && key.equals(ContainerdSnapshot.initOf(container));
  }

  private String writtenBy(String id) {
    OptionalLong number = refills.numberOf(id);
    return number.isPresent() && store.snapshotDirectories().containsKey(id)
        ? " (it is in %s)".formatted(store.layout().content(number.getAsLong()))
        : ", if it can still be found";
  }

  /// A lease of a container that is gone.
  void lease(String id) {
    if (SafeNames.isContainerId(id)) {
      others.add(new ContainerdStep.EndLease(id));
    } else {
      note("the lease " + Quote.line(id), "its name is not a container ID");
    }
  }

  /// A name that stands for nothing.
  void forget(String name) {
    if (SafeNames.isReference(new Reference(name, ""))) {
      others.add(new ContainerdStep.RemoveName(name));
    } else {
      note("the image name " + Quote.line(name), "it is not one that Docker gives");
    }
  }

  /// A layer that is to be unpacked again, and the images that contain it.
  void unpack(ChainId layer, Stream<ImageId> images) {
    leftBehind.unpackAgain(layer);
    images.map(ContainerdStep.Unpack::new).forEach(others::add);
  }

  /// Lets no step make containerd collect.
  void holdCollection() {
    isCollectionHeld = true;
  }

  void note(String what, String why) {
    others.add(new ContainerdStep.Note("no command for " + what + ": " + why));
  }

  void remark(String text) {
    others.add(new ContainerdStep.Note(text));
  }

  void loss(String text) {
    losses.add(text);
  }

  ContainerdPlan finish() {
    var steps = new ArrayList<ContainerdStep>(labels);
    steps.addAll(blobs);
    steps.addAll(directories.values());
    others.stream().filter(step -> !(step instanceof ContainerdStep.Unpack)).forEach(steps::add);
    others.stream().filter(ContainerdStep.Unpack.class::isInstance).forEach(steps::add);
    if (isCollectionHeld) {
      steps.replaceAll(HeldCollection::without);
    }
    leftBehind.loss().ifPresent(losses::addFirst);
    return new ContainerdPlan(
        store.layout(), List.copyOf(losses), List.copyOf(fetches.values()), steps, neededBytes);
  }
}

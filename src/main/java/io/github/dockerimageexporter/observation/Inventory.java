package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.Removal;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// What one store has, in numbers: the one source of the counts and sums that metrics, report, page
/// and commands show.
///
/// A figure is empty while something that it counts could not be read or measured, since it would
/// be another than the true one. What is damaged was read, and counts.
///
/// Made anew for each rendering, and for one thread.
public final class Inventory {
  /// What says whose a directory is.
  private static final Set<Need> OWNERS =
      EnumSet.of(Need.LAYERS, Need.MOUNTS, Need.BUILD_CACHE, Need.TRANSACTIONS);

  private final ObservedStore seen;
  private final StoreSnapshot store;
  private final Set<Need> unmet;
  private final Intermediates intermediates;
  private final ImageSizes sizes;
  private final Removal removal;
  private final Map<ImageId, List<String>> names = new HashMap<>();
  private final Map<ImageId, Long> containers;
  private final Map<ImageId, Map<Impact, Long>> problems;
  private final Map<Owner, Long> directories = new EnumMap<>(Owner.class);
  private final Map<Owner, OptionalLong> diskBytesByOwner = new EnumMap<>(Owner.class);

  public Inventory(ObservedStore seen) {
    this.seen = seen;
    this.store = seen.store();
    this.unmet = store.unmet();
    this.intermediates = Intermediates.of(store);
    this.sizes = store.imageSizes(seen.graph(), intermediates);
    this.removal = store.removal(seen.graph(), intermediates);
    this.problems = seen.report().problemsByImage();
    this.containers = store.containersByImage();
    for (Reference reference : store.references()) {
      reference
          .imageId()
          .ifPresent(
              id -> names.computeIfAbsent(id, _ -> new ArrayList<>(1)).add(reference.name()));
    }
    for (StoreDirectory directory : store.directories().values()) {
      directories.merge(directory.owner(), 1L, Long::sum);
    }
  }

  public Intermediates intermediates() {
    return intermediates;
  }

  /// What Docker itself says of images.
  public ImageSizes sizes() {
    return sizes;
  }

  /// The names of `image`; empty if it has none.
  public List<String> namesOf(ImageId image) {
    return names.getOrDefault(image, List.of());
  }

  /// All images, intermediates included.
  public OptionalLong images() {
    return known(sees(Need.IMAGE_LIST), store.imageIds().count());
  }

  /// The images that Docker does not list; empty as well while not every parent and name is known.
  public OptionalLong hiddenImages() {
    return known(intermediates.areKnown(), intermediates.count());
  }

  /// The images that are damaged, without intermediates: those stand behind their image.
  public long damagedImages() {
    return store
        .imageIds()
        .filter(image -> seen.consistency().of(image) == Consistency.INCONSISTENT)
        .filter(image -> !intermediates.contains(image))
        .count();
  }

  public OptionalLong danglingImages() {
    return sizes.dangling();
  }

  public OptionalLong references() {
    return known(sees(Need.REFERENCE_NAMES), store.references().size());
  }

  public OptionalLong layers() {
    return known(sees(Need.LAYER_LIST), store.layerIds().count());
  }

  public OptionalLong mounts() {
    return known(sees(Need.MOUNT_LIST), store.mountCount());
  }

  /// The recorded sizes of all layers, each once.
  public OptionalLong layersSizeBytes() {
    return known(
        sees(Need.LAYERS), store.layers().values().stream().mapToLong(Layer::sizeBytes).sum());
  }

  public OptionalLong containersOf(ImageId image) {
    return known(sees(Need.CONTAINERS), containers.getOrDefault(image, 0L));
  }

  /// The images whose chain contains `layer`.
  public OptionalLong imagesOf(ChainId layer) {
    return known(sees(Need.IMAGES), seen.graph().imagesOf(layer).size());
  }

  /// How many problems of each impact are behind each image that has any.
  public Map<ImageId, Map<Impact, Long>> problems() {
    return problems;
  }

  /// The allocated bytes of the directories of all of the image's layers, once all are measured.
  public OptionalLong diskBytesOf(Image image) {
    return sum(image.layers(), this::diskBytesOf);
  }

  public OptionalLong diskBytesOf(ChainId layer) {
    return diskBytes(seen.usageOf(layer));
  }

  /// The allocated bytes that removing `image` with all its names would free now. Docker cannot
  /// remove what it does not load.
  public OptionalLong freeableBytesOf(Image image) {
    return problems.getOrDefault(image.id(), Map.of()).containsKey(Impact.UNUSABLE)
        ? OptionalLong.empty()
        : removal.freedBytes(image, directory -> diskBytes(seen.usageOf(directory)));
  }

  /// The bytes in the image's lower layers that an upper one replaces or removes, of the platform
  /// that Docker would run.
  public OptionalLong hiddenBytesOf(Image image) {
    return seen.hidden().in(image.rootFs().chainIds());
  }

  public OptionalLong directories(Owner owner) {
    return known(knows(owner), directories.getOrDefault(owner, 0L));
  }

  /// The allocated bytes of all directories of `owner`, once all are measured; of others with what
  /// is in none.
  public OptionalLong diskBytesOf(Owner owner) {
    return knows(owner) ? sum(owner) : OptionalLong.empty();
  }

  /// The allocated bytes of all directories and of what is in none, once all are measured, whoever
  /// owns what.
  public OptionalLong diskBytes() {
    return sees(Need.DIRECTORY_LIST) ? sum(store.owners(), this::sum) : OptionalLong.empty();
  }

  /// What the store takes on disk, directories and blobs, once all are measured.
  public OptionalLong storeBytes() {
    OptionalLong inside = diskBytes();
    Optional<BlobTally> blobs = blobs();
    return inside.isPresent() && blobs.isPresent()
        ? OptionalLong.of(inside.getAsLong() + blobs.get().allocatedBytes())
        : OptionalLong.empty();
  }

  private OptionalLong sum(Owner owner) {
    OptionalLong inside = diskBytesByOwner().getOrDefault(owner, OptionalLong.of(0));
    return owner == Owner.OTHER && inside.isPresent()
        ? OptionalLong.of(inside.getAsLong() + store.bytesOutsideDirectories())
        : inside;
  }

  /// What the directories of each owner take that has any; empty if one is not measured.
  private Map<Owner, OptionalLong> diskBytesByOwner() {
    if (diskBytesByOwner.isEmpty()) {
      for (StoreDirectory directory : store.directories().values()) {
        diskBytesByOwner.merge(
            directory.owner(), diskBytes(seen.usageOf(directory)), Inventory::plus);
      }
    }
    return diskBytesByOwner;
  }

  private static OptionalLong plus(OptionalLong one, OptionalLong other) {
    return one.isPresent() && other.isPresent()
        ? OptionalLong.of(one.getAsLong() + other.getAsLong())
        : OptionalLong.empty();
  }

  /// The sum of a figure of each of `things`; empty if it is for one of them.
  public static <T> OptionalLong sum(Iterable<T> things, Function<T, OptionalLong> figure) {
    long sum = 0;
    for (T thing : things) {
      OptionalLong one = figure.apply(thing);
      if (one.isEmpty()) {
        return one;
      }
      sum += one.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /// How many blobs are `owner`'s, and what they take on disk; empty in a store without blobs, or
  /// while not all that could own one is known.
  public Optional<BlobTally> blobs(BlobOwner owner) {
    return sees(Need.BLOBS) && sees(Need.IMAGE_LIST)
        ? Optional.ofNullable(store.blobs().get(owner))
        : Optional.empty();
  }

  /// All blobs, whoever owns which: none in a store without blobs; empty while not all are known.
  public Optional<BlobTally> blobs() {
    return sees(Need.BLOBS)
        ? Optional.of(store.blobs().values().stream().reduce(BlobTally.NONE, BlobTally::plus))
        : Optional.empty();
  }

  /// What could not be read, by the scan or while measuring.
  public long unreadablePaths() {
    return store.unreadable().reasons().size() + unmeasuredPaths();
  }

  /// What could not be read while measuring.
  public long unmeasuredPaths() {
    var unreadable = new HashMap<Path, Long>();
    seen.usages()
        .forEach(
            (path, usage) -> {
              if (usage.unreadable() > 0) {
                unreadable.put(path, usage.unreadable());
              }
            });
    return unreadable.isEmpty()
        ? 0
        : measuredPaths().distinct().mapToLong(path -> unreadable.getOrDefault(path, 0L)).sum();
  }

  private Stream<Path> measuredPaths() {
    return Stream.concat(
        store.directories().keySet().stream(),
        store.layerDirectories().values().stream().map(LayerDirectory::path));
  }

  private static OptionalLong diskBytes(Optional<DirectoryUsage> usage) {
    return usage.isPresent() ? OptionalLong.of(usage.get().diskBytes()) : OptionalLong.empty();
  }

  private boolean sees(Need need) {
    return !unmet.contains(need);
  }

  /// Whether all directories of `owner` are known to be its own. Orphans that were found are told,
  /// whatever else there may be.
  private boolean knows(Owner owner) {
    return sees(Need.DIRECTORY_LIST)
        && switch (owner) {
          case LAYER -> sees(Need.LAYERS);
          case MOUNT, CONTAINER -> sees(Need.MOUNTS);
          case BUILD_CACHE, LEASE, OTHER_NAMESPACE -> sees(Need.BUILD_CACHE);
          case REMOVING -> sees(Need.LAYERS) && sees(Need.TRANSACTIONS);
          case ORPHAN -> seen.report().isCertain(Kind.ORPHAN_DIRECTORY);
          case OTHER -> Collections.disjoint(unmet, OWNERS);
        };
  }

  private static OptionalLong known(boolean known, long figure) {
    return known ? OptionalLong.of(figure) : OptionalLong.empty();
  }
}

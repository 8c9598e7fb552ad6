package io.github.dockerimageexporter.observation;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
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
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/// What one store has, in numbers: the one source of the counts and sums that metrics, report, page
/// and commands show.
///
/// A figure is empty while something that it counts could not be read or measured, since it would
/// be another than the true one. What is damaged was read, and counts.
///
/// Made anew for each rendering, and for one thread. What goes through the whole store is made when
/// a figure first needs it.
public final class Inventory {
  /// What says whose a directory is.
  private static final Set<Need> OWNERS =
      EnumSet.of(Need.LAYERS, Need.MOUNTS, Need.BUILD_CACHE, Need.TRANSACTIONS);

  private final ObservedStore seen;
  private final StoreSnapshot store;
  private final Lazy<Set<Need>> unmet;
  private final Lazy<Intermediates> intermediates;
  private final Lazy<ImageSizes> sizes;
  private final Lazy<Removal> removal;
  private final Lazy<Map<ImageId, List<String>>> names;
  private final Lazy<Map<ImageId, Long>> containers;
  private final Lazy<Map<ImageId, Map<Impact, Long>>> problems;
  private final Lazy<Map<Owner, Long>> directories;
  private final Lazy<Map<Owner, OptionalLong>> diskBytesByOwner;

  public Inventory(ObservedStore seen) {
    this.seen = seen;
    this.store = seen.store();
    this.unmet = new Lazy<>(store::unmet);
    this.intermediates = new Lazy<>(() -> Intermediates.of(store));
    this.sizes = new Lazy<>(() -> store.imageSizes(seen.graph(), intermediates()));
    this.removal =
        new Lazy<>(
            () ->
                store.removal(
                    seen.graph(),
                    intermediates(),
                    directory -> diskBytes(seen.usageOf(directory))));
    this.names = new Lazy<>(this::namesByImage);
    this.containers = new Lazy<>(store::containersByImage);
    this.problems = new Lazy<>(seen.report()::problemsByImage);
    this.directories = new Lazy<>(this::directoriesByOwner);
    this.diskBytesByOwner = new Lazy<>(this::sumByOwner);
  }

  public Intermediates intermediates() {
    return intermediates.get();
  }

  /// What Docker itself says of images.
  public ImageSizes sizes() {
    return sizes.get();
  }

  /// The names of `image`; empty if it has none.
  public List<String> namesOf(ImageId image) {
    return names.get().getOrDefault(image, List.of());
  }

  private Map<ImageId, List<String>> namesByImage() {
    return store.references().stream()
        .filter(reference -> reference.imageId().isPresent())
        .collect(
            groupingBy(
                reference -> reference.imageId().orElseThrow(),
                mapping(Reference::name, toList())));
  }

  /// All images, intermediates included.
  public OptionalLong images() {
    return known(sees(Need.IMAGE_LIST), store.imageIds().count());
  }

  /// The images that Docker does not list; empty as well while not every parent and name is known.
  public OptionalLong hiddenImages() {
    return known(intermediates().areKnown(), intermediates().count());
  }

  /// The images that are damaged, without intermediates: those stand behind their image.
  public long damagedImages() {
    return store
        .imageIds()
        .filter(image -> seen.consistency().of(image) == Consistency.INCONSISTENT)
        .filter(image -> !intermediates().contains(image))
        .count();
  }

  public OptionalLong danglingImages() {
    return sizes().dangling();
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
    return known(sees(Need.CONTAINERS), containers.get().getOrDefault(image, 0L));
  }

  /// The images whose chain contains `layer`.
  public OptionalLong imagesOf(ChainId layer) {
    return known(sees(Need.IMAGES), seen.graph().imagesOf(layer).size());
  }

  /// How many problems of each impact are behind each image that has any.
  public Map<ImageId, Map<Impact, Long>> problems() {
    return problems.get();
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
    return problems().getOrDefault(image.id(), Map.of()).containsKey(Impact.UNUSABLE)
        ? OptionalLong.empty()
        : removal.get().freedBytes(image);
  }

  /// The bytes in the image's lower layers that an upper one replaces or removes, of the platform
  /// that Docker would run.
  public OptionalLong hiddenBytesOf(Image image) {
    return seen.hidden().in(image.rootFs().chainIds());
  }

  public OptionalLong directories(Owner owner) {
    return known(knows(owner), directories.get().getOrDefault(owner, 0L));
  }

  private Map<Owner, Long> directoriesByOwner() {
    return store.directories().values().stream()
        .collect(groupingBy(StoreDirectory::owner, counting()));
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
    OptionalLong inside = diskBytesByOwner.get().getOrDefault(owner, OptionalLong.of(0));
    return owner == Owner.OTHER && inside.isPresent()
        ? OptionalLong.of(inside.getAsLong() + store.bytesOutsideDirectories())
        : inside;
  }

  /// What the directories of each owner take that has any; empty if one is not measured.
  private Map<Owner, OptionalLong> sumByOwner() {
    var sums = new EnumMap<Owner, OptionalLong>(Owner.class);
    for (StoreDirectory directory : store.directories().values()) {
      sums.merge(directory.owner(), diskBytes(seen.usageOf(directory)), Inventory::plus);
    }
    return sums;
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
    return store.unreadable().reasons().size() + seen.unmeasuredPaths();
  }

  private static OptionalLong diskBytes(Optional<DirectoryUsage> usage) {
    return usage.isPresent() ? OptionalLong.of(usage.get().diskBytes()) : OptionalLong.empty();
  }

  private boolean sees(Need need) {
    return !unmet.get().contains(need);
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
          case OTHER -> Collections.disjoint(unmet.get(), OWNERS);
        };
  }

  private static OptionalLong known(boolean known, long figure) {
    return known ? OptionalLong.of(figure) : OptionalLong.empty();
  }
}

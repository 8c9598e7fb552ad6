package io.github.dockerimageexporter.store.containerd;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Manifest;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// Docker's figures by the rules of releases before 29, from what the exporter reads.
///
/// | figure      | 28                                                      | 26              |
/// |-------------|---------------------------------------------------------|-----------------|
/// | size        | content of all manifests; snapshots where all is here   | complete images |
/// | shared      | snapshots of chain IDs that occur more than once        | the same        |
/// | total       | all snapshots of the namespace, and content of images   | no content      |
/// | reclaimable | total less size and shared size of the used             | the same        |
/// | inspected   | what the host's platform names, here or not             | the same        |
///
/// Source: moby 26.1 and 28.5, `daemon/containerd/{image_list,service,image_inspect}.go`.
public final class EarlierRules {
  private static final int COUNTS_CONTENT = 28;

  private final ContainerdSnapshot store;
  private final int release;
  private final ToLongFunction<Path> diskBytes;
  private final Intermediates intermediates;
  private final Map<ChainId, Long> uses;

  /// What Docker says of an image.
  ///
  /// @param containers -1 if there is nothing that could run
  public record Row(long sizeBytes, long sharedBytes, long containers) {}

  /// @param release whose rules they are: 26, 28
  /// @param diskBytes what a directory of files takes, where Docker measures it as well
  public EarlierRules(ContainerdSnapshot store, int release, ToLongFunction<Path> diskBytes) {
    this.store = store;
    this.release = release;
    this.diskBytes = diskBytes;
    this.intermediates = Intermediates.of(store);
    this.uses =
        listed()
            .flatMap(image -> complete(image).flatMap(manifest -> manifest.chain().stream()))
            .collect(groupingBy(identity(), counting()));
  }

  /// Those that `docker images` and `docker system df` have a line for.
  public Map<String, Row> listedImages() {
    return rows(listed());
  }

  /// Those that `docker images --all` has a line for.
  public Map<String, Row> allImages() {
    return rows(store.images().values().stream());
  }

  private Map<String, Row> rows(Stream<Image> images) {
    return images
        .filter(image -> release >= COUNTS_CONTENT || complete(image).findAny().isPresent())
        .collect(toMap(image -> image.id().toString(), this::row));
  }

  /// SIZE of Images in `docker system df`.
  public long totalBytes() {
    long snapshots = store.snapshots().keySet().stream().mapToLong(this::snapshotBytes).sum();
    return release < COUNTS_CONTENT ? snapshots : snapshots + contentOfImages();
  }

  /// RECLAIMABLE of Images in `docker system df`.
  public long reclaimableBytes() {
    return totalBytes()
        - listedImages().values().stream()
            .filter(row -> row.containers() != 0)
            .mapToLong(row -> row.sizeBytes() - row.sharedBytes())
            .sum();
  }

  /// Whether `docker image inspect` has a platform, layers and a time for the image. 28 has none of
  /// an image of which something was never fetched.
  public boolean inspects(ImageId id) {
    Image image = Objects.requireNonNull(store.images().get(id));
    return release < COUNTS_CONTENT || complete(image).findAny().isPresent();
  }

  /// SIZE of `docker image inspect`.
  public long inspectedBytes(ImageId id) {
    Image image = Objects.requireNonNull(store.images().get(id));
    ImageContent content = Objects.requireNonNull(store.contents().get(id));
    Optional<Digest> platform = image.manifests().getFirst().digest();
    long here =
        Stream.concat(
                content.indexes().stream(),
                content.manifests().stream()
                    .filter(manifest -> platform.equals(Optional.of(manifest.digest())))
                    .flatMap(manifest -> manifest.content().stream()))
            .mapToLong(Sized::sizeBytes)
            .sum();
    long neverFetched =
        store.namedBlobs().values().stream()
            .filter(blob -> blob.role() == NamedBlob.Role.LAYER && !blob.isRecorded())
            .filter(blob -> blob.images().contains(id))
            .mapToLong(NamedBlob::describedBytes)
            .sum();
    return here + neverFetched;
  }

  /// What a container's own snapshot takes.
  public long writableBytes(String container) {
    return snapshotBytes(container);
  }

  /// What all that a container sees takes.
  public long rootFsBytes(String container) {
    return bytesFrom(container);
  }

  private Stream<Image> listed() {
    return store.images().values().stream().filter(image -> !intermediates.contains(image.id()));
  }

  private Row row(Image image) {
    long snapshots =
        complete(image)
            .filter(manifest -> !manifest.chain().isEmpty())
            .mapToLong(manifest -> bytesFrom(manifest.chain().getLast().toString()))
            .sum();
    long shared =
        complete(image)
            .flatMap(manifest -> manifest.chain().stream())
            .filter(chain -> uses.getOrDefault(chain, 0L) > 1)
            .mapToLong(chain -> snapshotBytes(chain.toString()))
            .sum();
    long containers =
        complete(image).findAny().isPresent()
            ? store.containersByImage().getOrDefault(image.id(), 0L)
            : -1;
    return new Row(contentBytes(image) + snapshots, shared, containers);
  }

  private long contentBytes(Image image) {
    Stream<Manifest> counted =
        release >= COUNTS_CONTENT ? manifests(image).stream() : complete(image);
    return counted
        .flatMap(manifest -> manifest.content().stream())
        .mapToLong(Sized::sizeBytes)
        .sum();
  }

  /// Those that could run, and all of whose content is here.
  private Stream<Manifest> complete(Image image) {
    Set<Optional<Digest>> complete =
        image.manifests().stream()
            .filter(ImageManifest::complete)
            .map(ImageManifest::digest)
            .collect(toSet());
    return manifests(image).stream()
        .filter(manifest -> complete.contains(Optional.of(manifest.digest())));
  }

  private List<Manifest> manifests(Image image) {
    return Objects.requireNonNull(store.contents().get(image.id())).manifests();
  }

  private long contentOfImages() {
    var sizes = new HashMap<Digest, Long>();
    Consumer<Sized> once = blob -> sizes.putIfAbsent(blob.digest(), blob.sizeBytes());
    for (ImageContent content : store.contents().values()) {
      content.indexes().forEach(once);
      content.manifests().forEach(manifest -> manifest.content().forEach(once));
    }
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private long bytesFrom(String top) {
    long bytes = 0;
    var seen = new HashSet<String>();
    Optional<String> key = Optional.of(top);
    while (key.isPresent() && seen.add(key.get())) {
      bytes += snapshotBytes(key.get());
      key = Objects.requireNonNull(store.snapshots().get(key.get())).parent();
    }
    return bytes;
  }

  /// Where the files of a snapshot are; `native` has nothing else in its directory.
  private Path filesOf(Path directory) {
    return store.driver().equals("native") ? directory : directory.resolve("fs");
  }

  /// What is recorded of a committed snapshot; one that is written to is measured.
  private long snapshotBytes(String key) {
    SnapshotRecord snapshot = Objects.requireNonNull(store.snapshots().get(key));
    return snapshot
        .sizeBytes()
        .orElseGet(
            () ->
                diskBytes.applyAsLong(
                    filesOf(Objects.requireNonNull(store.snapshotDirectories().get(key)))));
  }
}

package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.ImageManifest.AbsentLayer;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Fault;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.KnownWalks.WalkedStore;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import io.github.dockerimageexporter.store.containerd.document.BlobDocument;
import io.github.dockerimageexporter.store.containerd.document.BlobDocument.Form;
import io.github.dockerimageexporter.store.containerd.document.Descriptor;
import io.github.dockerimageexporter.store.containerd.document.MediaType;
import io.github.dockerimageexporter.store.containerd.document.Reading;
import io.github.dockerimageexporter.store.containerd.walk.Mentions;
import io.github.dockerimageexporter.store.containerd.walk.Walked;
import io.github.dockerimageexporter.store.containerd.walk.Walked.PlatformImage;
import io.github.dockerimageexporter.store.json.ImageConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Follows one image from its target to its configurations and layers.
///
/// | ends at                         | since                                                     |
/// |---------------------------------|-----------------------------------------------------------|
/// | a blob without record           | it was never fetched                                      |
/// | a blob on the way to itself     | it contains itself, which no real index does              |
/// | [#MOST_LEVELS], [#MOST_BLOBS]   | no real image has so many                                 |
///
/// A manifest's labels name its blobs before they are fetched, and an image has its name once one
/// platform is here. So they only prove that a blob was fetched if no other platform is here, or if
/// the platform was unpacked or runs: a pull of a further platform that is at work, or was
/// interrupted, leaves a manifest with its labels alone. Docker gives no name to a manifest that
/// has no labels: where an image's own has none, they are lost, and nothing keeps what they named.
///
/// Source: moby, `daemon/containerd/image_manifest.go`; containerd, `core/images/image.go`.
final class ImageWalk {
  private static final int MOST_LEVELS = 8;
  private static final int MOST_BLOBS = 100_000;

  /// An attestation is read to its end if it is smaller.
  private static final long MOST_ATTESTATION_BYTES = 1 << 22;

  private final WalkedStore store;
  private final List<Sized> indexes = new ArrayList<>();
  private final List<ImageContent.Manifest> contents = new ArrayList<>();
  private final List<PlatformImage> platforms = new ArrayList<>();
  private final Mentions mentions = new Mentions();
  private final Set<Digest> above = new HashSet<>();
  private final Set<Digest> labelled = new HashSet<>();
  private final Set<Digest> runnable = new HashSet<>();
  private int blobs;
  private Optional<String> unread = Optional.empty();
  private boolean doubtful;

  private ImageWalk(WalkedStore store) {
    this.store = store;
  }

  /// @param target what the image's name stands for, of which there is a record
  static Walked from(Descriptor target, WalkedStore store) {
    var walk = new ImageWalk(store);
    walk.visit(target, true);
    if (walk.runnable.size() == 1) {
      walk.labelled.forEach(walk.mentions::fetched);
    }
    return new Walked(
        new ImageContent(List.copyOf(walk.indexes), List.copyOf(walk.contents)),
        List.copyOf(walk.platforms),
        walk.mentions.toList(store.records(), store.files()::file),
        walk.unread,
        walk.unread.isEmpty() && !walk.doubtful);
  }

  private void visit(Descriptor blob, boolean isTarget) {
    if (++blobs > MOST_BLOBS || above.size() > MOST_LEVELS) {
      unread =
          Optional.of("found more than %d blobs or %d levels".formatted(MOST_BLOBS, MOST_LEVELS));
      return;
    }
    if (above.contains(blob.digest())) {
      mentions.fault(blob.digest(), new Fault.Malformed("it contains itself"));
      return;
    }
    if (MediaType.isIndex(blob.mediaType())) {
      visitIndex(blob);
    } else if (MediaType.isManifest(blob.mediaType())) {
      visitManifest(blob);
    } else if (name(blob, Role.OTHER) && isTarget) {
      indexes.add(blob.sized());
      doubt(blob);
    }
  }

  /// Docker runs nothing whose media type is of something else, whatever its content is.
  private void doubt(Descriptor target) {
    if (MediaType.isManifestOfSchema1(target.mediaType())) {
      var fault = new Fault.Mistaken("a manifest of schema 1, which Docker does not run");
      mentions.fault(target.digest(), fault);
    }
    String type = Quote.of(target.mediaType());
    for (Form form : List.of(Form.INDEX, Form.MANIFEST)) {
      Reading reading = store.files().read(target.digest(), form);
      doubtful |= reading instanceof Reading.Unread;
      if (reading instanceof Reading.Read(var content)
          && !(content instanceof BlobDocument.Other)) {
        var fault = new Fault.Mistaken("%s with the media type %s".formatted(form.word(), type));
        mentions.fault(target.digest(), fault);
      }
    }
  }

  private void visitIndex(Descriptor index) {
    if (!name(index, Role.INDEX)) {
      return;
    }
    indexes.add(index.sized());
    if (read(index, Form.INDEX).orElse(null) instanceof BlobDocument.Index(var manifests)) {
      above.add(index.digest());
      manifests.forEach(manifest -> visit(manifest, false));
      needs(index, manifests);
      above.remove(index.digest());
    }
  }

  private void visitManifest(Descriptor manifest) {
    Role role = manifest.artefact() ? Role.ATTESTATION : Role.MANIFEST;
    if (!name(manifest, role)) {
      contents.add(ImageContent.Manifest.unread(manifest.digest(), !manifest.artefact()));
      return;
    }
    if (read(manifest, Form.MANIFEST).orElse(null) instanceof BlobDocument.Manifest content) {
      boolean runs = !manifest.artefact() && content.isOfImage();
      take(manifest, content.config(), content.layers(), runs);
    }
  }

  /// @param runs whether containers can be made from it
  private void take(Descriptor manifest, Descriptor config, List<Descriptor> layers, boolean runs) {
    boolean isConfig = MediaType.isImageConfig(config.mediaType());
    boolean hasConfig = name(config, runs && isConfig ? Role.CONFIG : Role.OTHER);
    Optional<ImageConfig> content =
        hasConfig && isConfig
            ? read(config, Form.CONFIG).map(read -> ((BlobDocument.Config) read).content())
            : Optional.empty();
    Optional<RootFs> rootFs =
        content.filter(_ -> runs).map(read -> store.chains().rootFs(read.diffIds()));
    List<ChainId> chain = rootFs.map(RootFs::chainIds).orElse(List.of());
    layers.forEach(layer -> name(layer, runs ? Role.LAYER : Role.OTHER));
    noteLayers(layers, chain, runs);
    needs(manifest, layers);
    needs(manifest, List.of(config));
    store.snapshots().top(chain).ifPresent(top -> mentions.needs(config.digest(), top));
    boolean isNew = runs && runnable.add(manifest.digest());
    if (isNew) {
      noteFetched(manifest, config, layers, chain);
    }
    contents.add(
        new ImageContent.Manifest(
            manifest.digest(),
            Stream.of(List.of(manifest, config), layers)
                .flatMap(List::stream)
                .filter(it -> store.records().has(it.digest()))
                .map(Descriptor::sized)
                .toList(),
            layers.stream().map(Descriptor::digest).toList(),
            chain,
            runs));
    if (isNew && rootFs.isPresent()) {
      platforms.add(
          new PlatformImage(
              manifest(manifest, config, layers, content.get(), rootFs.get()),
              content.get().created()));
    }
  }

  private ImageManifest manifest(
      Descriptor manifest,
      Descriptor config,
      List<Descriptor> layers,
      ImageConfig content,
      RootFs rootFs) {
    var absent = absent(layers);
    return new ImageManifest(
        Optional.of(manifest.digest()),
        manifest.platform().orElse(content.platform()),
        rootFs,
        absent.isEmpty() && hasFile(config),
        absent,
        store.snapshots().isExpected(rootFs.chainIds(), manifest.digest(), unpackedBy(config)));
  }

  private List<AbsentLayer> absent(List<Descriptor> layers) {
    var absent = new ArrayList<AbsentLayer>();
    for (int i = 0; i < layers.size(); i++) {
      Descriptor layer = layers.get(i);
      if (!hasFile(layer)) {
        boolean isRecorded = store.records().has(layer.digest());
        absent.add(new AbsentLayer(i + 1, layer.digest(), layer.sizeBytes(), isRecorded));
      }
    }
    return absent;
  }

  /// What the labels of a configuration say that it was unpacked to.
  private List<SnapshotKey> unpackedBy(Descriptor config) {
    return store.records().labelsOf(config.digest()).snapshots();
  }

  private boolean hasFile(Descriptor blob) {
    return store.records().has(blob.digest())
        && store.files().file(blob.digest()) instanceof BlobFile.Present;
  }

  private void noteLayers(List<Descriptor> layers, List<ChainId> chain, boolean runs) {
    for (int i = 0; i < layers.size(); i++) {
      if (hasSnapshot(layers, chain, i)) {
        mentions.unpacked(layers.get(i).digest());
      }
      if (!runs) {
        readAttestation(layers.get(i));
      }
    }
  }

  /// Which blobs of a platform the labels of its manifest name, or have named. A layer that is
  /// unpacked need not be fetched: the engine takes the snapshot that another image has brought.
  private void noteFetched(
      Descriptor manifest, Descriptor config, List<Descriptor> layers, List<ChainId> chain) {
    var named = new HashSet<>(Set.of(config.digest()));
    if (chain.size() == layers.size()) {
      for (int i = 0; i < layers.size(); i++) {
        if (!hasSnapshot(layers, chain, i)) {
          named.add(layers.get(i).digest());
        }
      }
    }
    if (!above.isEmpty() || !store.records().haveLostLabels(manifest.digest())) {
      named.retainAll(store.records().labelsOf(manifest.digest()).blobs());
    }
    labelled.addAll(named);
    boolean proven =
        chain.isEmpty()
            ? store.snapshots().isRun(manifest.digest())
            : store.snapshots().wasUnpacked(chain, manifest.digest(), unpackedBy(config));
    if (proven) {
      named.forEach(mentions::fetched);
    }
  }

  private boolean hasSnapshot(List<Descriptor> layers, List<ChainId> chain, int layer) {
    return chain.size() == layers.size() && store.snapshots().has(chain.get(layer));
  }

  private void readAttestation(Descriptor layer) {
    if (MediaType.isJson(layer.mediaType())
        && layer.sizeBytes() < MOST_ATTESTATION_BYTES
        && store.records().has(layer.digest())) {
      var _ = read(layer, Form.OTHER);
    }
  }

  /// The document in a blob that has a record; what is wrong with it is noted.
  private Optional<BlobDocument> read(Descriptor blob, Form form) {
    return switch (store.files().read(blob.digest(), form)) {
      case Reading.Read(BlobDocument document) -> Optional.of(document);
      case Reading.Faulty(Fault fault) -> {
        mentions.fault(blob.digest(), fault);
        yield Optional.empty();
      }
      case Reading.Unread(String reason) -> {
        unread = Optional.of(blob.digest() + ": " + reason);
        yield Optional.empty();
      }
      case Reading.Missing _, Reading.Unknown _ -> Optional.empty();
    };
  }

  /// Notes that the image names a blob; whether there is a record of it.
  private boolean name(Descriptor blob, Role role) {
    mentions.name(blob.digest(), role, blob.sizeBytes());
    return store.records().has(blob.digest());
  }

  private void needs(Descriptor blob, List<Descriptor> others) {
    others.forEach(other -> mentions.needs(blob.digest(), new Node.Blob(other.digest())));
  }
}

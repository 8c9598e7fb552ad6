package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.containerd.BlobList.Listing;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.document.Descriptor;
import io.github.dockerimageexporter.store.containerd.walk.BlobRecords;
import io.github.dockerimageexporter.store.containerd.walk.Mention;
import io.github.dockerimageexporter.store.containerd.walk.UnpackedChains;
import io.github.dockerimageexporter.store.containerd.walk.Walked;
import io.github.dockerimageexporter.store.file.ChainInterner;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The walks over the images of one namespace, each of them made again only if something that it
/// met has changed.
///
/// | a walk meets                         | and is made again if of these                         |
/// |--------------------------------------|-------------------------------------------------------|
/// | records of blobs, or none            | one has changed, come or gone                         |
/// | files, and what small ones say       | so has one, or may have while it was young            |
/// | layers that are unpacked             | one has come or gone                                  |
/// | manifests that containers run        | one has come or gone                                  |
/// | what could not be read               | there is any                                          |
final class KnownWalks {
  private final InverseMap<ImageId, Walks, Digest> inverse =
      new InverseMap<>(Keys.IMAGES, NamedBlob.KEYS, Walks::met);
  private final ChainInterner chains = new ChainInterner();
  private PersistentMap<ImageId, Walks> known = PersistentMap.empty(Keys.IMAGES);

  /// The images whose walks have met each blob and layer.
  private PersistentMap<Digest, List<ImageId>> met = PersistentMap.empty(NamedBlob.KEYS);

  private PersistentMap<Digest, BlobRecord> lastRecords = PersistentMap.empty(NamedBlob.KEYS);
  private Listing lastFiles = Listing.ofNothing(false);
  private UnpackedChains lastUnpacked = UnpackedChains.none();

  /// The images whose walks could not read all.
  private final Set<ImageId> again = new HashSet<>();

  /// How many walks were made, or went, since chains were last forgotten.
  private int turnover;

  /// What all walks of a pass share.
  ///
  /// @param snapshots what is unpacked
  record WalkedStore(
      ContentStore.Pass files,
      BlobRecords records,
      UnpackedChains snapshots,
      ChainInterner chains) {}

  /// The walks over one image.
  ///
  /// @param targets where they begin: there are several if its names tell of several media types
  record Walks(List<Descriptor> targets, List<Walked> walked) {
    /// All mentions, one walk's after the other's.
    List<Mention> mentions() {
      return walked.size() == 1
          ? walked.getFirst().mentions()
          : walked.stream().flatMap(walk -> walk.mentions().stream()).toList();
    }

    private List<Digest> met() {
      var met = new LinkedHashSet<Digest>();
      for (Walked walk : walked) {
        walk.mentions().forEach(mention -> met.add(mention.digest()));
        walk.content()
            .manifests()
            .forEach(manifest -> manifest.chain().stream().map(ChainId::digest).forEach(met::add));
      }
      return List.copyOf(met);
    }

    private boolean isRepeatable() {
      return walked.stream().allMatch(Walked::isRepeatable);
    }
  }

  /// Begins a pass.
  Pass open(ContentStore.Pass files, BlobRecords records, UnpackedChains snapshots) {
    return new Pass(new WalkedStore(files, records, snapshots, chains));
  }

  /// One pass over the images.
  final class Pass implements AutoCloseable {
    private final WalkedStore store;
    private final PersistentMap<ImageId, Walks>.Editor current = known.edit();

    /// The blobs, layers and manifests that have changed.
    private final Set<Digest> changed = new HashSet<>();

    /// The images whose walks are to be made again.
    private final Set<ImageId> stale = new HashSet<>(again);

    private Pass(WalkedStore store) {
      this.store = store;
      Listing files = store.files().listing();
      store.records().own().changesSince(lastRecords, (blob, _, _) -> changed.add(blob));
      files.files().changesSince(lastFiles.files(), (blob, _, _) -> changed.add(blob));
      changed.addAll(lastFiles.young());
      changed.addAll(files.young());
      changed.addAll(store.snapshots().changedSince(lastUnpacked));
      changed.forEach(blob -> stale.addAll(met.getOrDefault(blob, List.of())));
      if (files.seen() != lastFiles.seen()) {
        stale.addAll(known.keySet());
      }
    }

    WalkedStore store() {
      return store;
    }

    /// The blobs, layers and manifests that have changed.
    Set<Digest> changed() {
      return changed;
    }

    /// The images whose walks are to be made again.
    Set<ImageId> stale() {
      return stale;
    }

    /// The walks over an image from `targets`, of which there is a record.
    Walks walk(ImageId image, List<Descriptor> targets) {
      @Nullable Walks before = current.get(image);
      if (before != null && !stale.contains(image) && before.targets().equals(targets)) {
        return before;
      }
      Walks walks =
          new Walks(
              targets, targets.stream().map(target -> ImageWalk.from(target, store)).toList());
      turnover++;
      again.remove(image);
      if (!walks.isRepeatable()) {
        again.add(image);
      }
      return current.put(image, walks);
    }

    /// Notes that there is no such image any more, or that its target is not there.
    void forget(ImageId image) {
      current.remove(image);
      again.remove(image);
      turnover++;
    }

    @Override
    public void close() {
      known = current.done();
      met = inverse.of(known);
      lastRecords = store.records().own();
      lastFiles = store.files().listing();
      lastUnpacked = store.snapshots().withoutAnswers();
      forgetChains();
    }

    private void forgetChains() {
      chains.endPart();
      if (turnover > known.size()) {
        turnover = 0;
        known.values().stream()
            .flatMap(walks -> walks.walked().stream())
            .flatMap(walked -> walked.platforms().stream())
            .forEach(platform -> chains.keep(platform.manifest().rootFs()));
        chains.forget();
      }
    }
  }
}

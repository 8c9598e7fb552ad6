package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.containerd.document.Descriptor;
import io.github.dockerimageexporter.store.containerd.walk.BlobRecords;
import io.github.dockerimageexporter.store.containerd.walk.UnpackedChains;
import io.github.dockerimageexporter.store.containerd.walk.Walked;
import io.github.dockerimageexporter.store.file.ChainInterner;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The walks over the images of one namespace, each of them made again only if something that it
/// met has changed.
///
/// | a walk meets                         | which is the same if it is                            |
/// |--------------------------------------|-------------------------------------------------------|
/// | records of blobs, or none            | the very object: what changes is read anew            |
/// | files, and what small ones say       | the very object and not young, or still absent        |
/// | layers that are unpacked             | not among those that came or went                     |
/// | manifests that containers run        | not among those that came or went                     |
final class KnownWalks {
  /// Of one image: what is larger is no real one, and not kept beside the many.
  private static final int MOST_MENTIONS = 10_000;

  private Map<Descriptor, Walked> last = Map.of();
  private UnpackedChains lastUnpacked = UnpackedChains.none();

  /// What all walks of a pass share.
  ///
  /// @param snapshots what is unpacked
  record WalkedStore(
      ContentStore.Pass files,
      BlobRecords records,
      UnpackedChains snapshots,
      ChainInterner chains) {}

  /// Begins a pass.
  Pass open(WalkedStore store) {
    return new Pass(store, store.snapshots().changedSince(lastUnpacked));
  }

  /// One pass over all images.
  final class Pass implements AutoCloseable {
    private final WalkedStore store;
    private final Set<Digest> changed;
    private final Map<Descriptor, Walked> current = new HashMap<>();

    private Pass(WalkedStore store, Set<Digest> changed) {
      this.store = store;
      this.changed = changed;
    }

    WalkedStore store() {
      return store;
    }

    /// The walk from `target`, of which there is a record.
    Walked walk(Descriptor target) {
      @Nullable Walked known = last.get(target);
      Walked walked =
          known != null && isAsBefore(known) ? kept(known) : ImageWalk.from(target, store);
      if (walked.mentions().size() <= MOST_MENTIONS) {
        current.put(target, walked);
      }
      return walked;
    }

    private Walked kept(Walked known) {
      known.platforms().forEach(image -> store.chains().keep(image.manifest().rootFs()));
      return known;
    }

    private boolean isAsBefore(Walked known) {
      return known.isRepeatable()
          && known.mentions().stream()
              .allMatch(
                  mention ->
                      mention.isOf(
                              store.records().of(mention.digest()),
                              store.files().file(mention.digest()))
                          && !store.files().isYoung(mention.digest())
                          && !changed.contains(mention.digest()))
          && known.content().manifests().stream()
              .allMatch(
                  manifest ->
                      manifest.chain().stream()
                          .noneMatch(layer -> changed.contains(layer.digest())));
    }

    @Override
    public void close() {
      last = current;
      lastUnpacked = store.snapshots().withoutAnswers();
    }
  }
}

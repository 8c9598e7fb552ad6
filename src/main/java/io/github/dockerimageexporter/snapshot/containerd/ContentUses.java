package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.Occurrences;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Manifest;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How often the images of a store use what they are made of. Counted when that is asked for, by
/// what has changed since it last was. For any thread: whoever asks brings the counts to the state
/// of its own snapshot.
public final class ContentUses {
  private final Follower counting;
  private final PersistentMap<ImageId, ImageContent> contents;

  private ContentUses(Follower counting, PersistentMap<ImageId, ImageContent> contents) {
    this.counting = counting;
    this.contents = contents;
  }

  /// @param blobs how many images have each blob in their manifests
  /// @param chains how often each chain ID occurs in manifests
  record Counts(PersistentMap<Digest, Integer> blobs, PersistentMap<ChainId, Integer> chains) {}

  /// Those of one state after the other of a store.
  public static final class Follower {
    private final Occurrences<ImageId, ImageContent, Digest> blobs =
        new Occurrences<>(Keys.IMAGES, NamedBlob.KEYS, ContentUses::blobs);
    private final Occurrences<ImageId, ImageContent, ChainId> chains =
        new Occurrences<>(Keys.IMAGES, Keys.CHAINS, ContentUses::chains);

    private PersistentMap<ImageId, ImageContent> lastContents = PersistentMap.empty(Keys.IMAGES);
    private Set<ImageId> lastHidden = Set.of();
    private Counts last =
        new Counts(PersistentMap.empty(NamedBlob.KEYS), PersistentMap.empty(Keys.CHAINS));

    /// Those of what the contents of the images have become.
    public ContentUses of(PersistentMap<ImageId, ImageContent> contents) {
      return new ContentUses(this, contents);
    }

    @SuppressWarnings("ReferenceEquality") // what has not changed is the same
    private synchronized Counts count(
        PersistentMap<ImageId, ImageContent> contents, Set<ImageId> hidden) {
      if (contents != lastContents || !hidden.equals(lastHidden)) {
        PersistentMap<ImageId, ImageContent>.Editor listed = contents.edit();
        hidden.forEach(listed::remove);
        PersistentMap<ImageId, ImageContent> counted = listed.done();
        last = new Counts(blobs.of(counted), chains.of(counted));
        lastContents = contents;
        lastHidden = Set.copyOf(hidden);
      }
      return last;
    }
  }

  private static Collection<Digest> blobs(ImageContent content) {
    var blobs = new HashSet<Digest>();
    for (Manifest manifest : content.manifests()) {
      for (Sized blob : manifest.content()) {
        blobs.add(blob.digest());
      }
    }
    return blobs;
  }

  private static Collection<ChainId> chains(ImageContent content) {
    var chains = new ArrayList<ChainId>();
    for (Manifest manifest : content.manifests()) {
      chains.addAll(manifest.chain());
    }
    return chains;
  }

  /// Those of all images but `hidden`.
  Counts without(Set<ImageId> hidden) {
    return counting.count(contents, hidden);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ContentUses that && contents.equals(that.contents);
  }

  @Override
  public int hashCode() {
    return contents.hashCode();
  }
}

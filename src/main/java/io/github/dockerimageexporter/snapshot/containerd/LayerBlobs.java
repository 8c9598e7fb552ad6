package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.PersistentMap;
import org.jspecify.annotations.Nullable;

/// The blobs that the layers of a store are compared with. They are found once they are asked for,
/// which nobody does who does not read them.
public final class LayerBlobs {
  private final BlobsOfLayers finding;
  private final BlobsOfLayers.Parts parts;
  private BlobsOfLayers.@Nullable Found found;

  private LayerBlobs(BlobsOfLayers finding, BlobsOfLayers.Parts parts) {
    this.finding = finding;
    this.parts = parts;
  }

  /// Those of one state after the other of a store.
  public static final class Follower {
    private final BlobsOfLayers finding;

    public Follower(ContainerdLayout layout) {
      this.finding = new BlobsOfLayers(layout);
    }

    /// Those of what the parts of the store have become.
    public LayerBlobs of(
        PersistentMap<ImageId, ImageContent> contents,
        PersistentMap<ChainId, Layer> layers,
        PersistentMap<Digest, NamedBlob> named) {
      return new LayerBlobs(finding, new BlobsOfLayers.Parts(contents, layers, named));
    }
  }

  synchronized BlobsOfLayers.Found found() {
    BlobsOfLayers.@Nullable Found known = found;
    if (known == null) {
      known = finding.of(parts);
      found = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayerBlobs that && found().equals(that.found());
  }

  @Override
  public int hashCode() {
    return found().hashCode();
  }
}

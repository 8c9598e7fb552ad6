package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.Forest;
import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// How a store's layers and images hang together: who stands on whom, and who uses whom.
///
/// Derived from one [StoreSnapshot]; computed once a scan, since checks and metrics both ask.
public final class LayerGraph {
  private final PersistentMap<ChainId, List<ImageId>> imagesOf;
  private final PersistentMap<ChainId, List<ChainId>> childrenOf;
  private final PersistentMap<ChainId, Integer> heights;
  private final List<List<ChainId>> cycles;
  private final PersistentMap<ChainId, LayerDirectory> unseen;

  private LayerGraph(
      PersistentMap<ChainId, List<ImageId>> imagesOf,
      Forest<ChainId, Layer> layers,
      PersistentMap<ChainId, LayerDirectory> unseen) {
    this.imagesOf = imagesOf;
    this.unseen = unseen;
    this.childrenOf = layers.above();
    this.heights = layers.heights();
    this.cycles = layers.rings();
  }

  /// Derives one graph after the other for a store that is scanned again and again. For one thread.
  public static final class Follower {
    private final InverseMap<ImageId, Image, ChainId> images =
        new InverseMap<>(Keys.IMAGES, Keys.CHAINS, Image::layers);
    private final Forest<ChainId, Layer> layers = new Forest<>(Keys.CHAINS, Layer::parent);
    private final DerivedMap<ChainId, LayerDirectory, LayerDirectory> unseen =
        DerivedMap.where(Keys.CHAINS, directory -> directory.content() == Content.UNREADABLE);

    /// The graph of what `store` has become.
    public LayerGraph of(StoreSnapshot store) {
      layers.follow(store.layers());
      return new LayerGraph(images.of(store.images()), layers, unseen.of(store.layerDirectories()));
    }
  }

  /// The graph of a store of which no scan before is known.
  public static LayerGraph of(StoreSnapshot store) {
    return new Follower().of(store);
  }

  /// The images whose chain contains a layer, there or not.
  public PersistentMap<ChainId, List<ImageId>> imagesOf() {
    return imagesOf;
  }

  /// The images whose chain contains `layer`.
  public List<ImageId> imagesOf(ChainId layer) {
    return imagesOf.getOrDefault(layer, List.of());
  }

  /// The images whose chain contains one of `layers`.
  public Set<ImageId> imagesOf(Collection<ChainId> layers) {
    var images = new HashSet<ImageId>();
    layers.forEach(layer -> images.addAll(imagesOf(layer)));
    return images;
  }

  /// Every chain ID that some image names, there or not.
  public Set<ChainId> namedByImages() {
    return imagesOf.keySet();
  }

  /// The layers that name a layer as their parent, there or not.
  public PersistentMap<ChainId, List<ChainId>> childrenOf() {
    return childrenOf;
  }

  /// The layers that name `layer` as their parent.
  public List<ChainId> childrenOf(ChainId layer) {
    return childrenOf.getOrDefault(layer, List.of());
  }

  /// The height in its chain of each layer below which the chain is whole, 1 for a base layer.
  public PersistentMap<ChainId, Integer> heights() {
    return heights;
  }

  /// The height of `layer` in its chain, 1 for a base layer; empty if the chain below it is broken.
  public OptionalInt heightOf(ChainId layer) {
    Integer height = heights.get(layer);
    return height == null ? OptionalInt.empty() : OptionalInt.of(height);
  }

  /// The rings that layers form when one is, at last, its own parent; each sorted.
  public List<List<ChainId>> cycles() {
    return cycles;
  }

  /// The layers whose directories this process may not see.
  public Set<ChainId> unseen() {
    return unseen.keySet();
  }

  /// Every layer that stands on one of `layers`, those included.
  public Set<ChainId> above(Set<ChainId> layers) {
    return Forest.above(layers, childrenOf);
  }
}

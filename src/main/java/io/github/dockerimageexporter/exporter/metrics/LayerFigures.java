package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState.Background;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// All that the series of one layer show.
///
/// @param record empty if it could not be understood
/// @param usage of its directory, once that is measured
/// @param images how many have it in their chain
/// @param members those images, if it is to be shown which they are
record LayerFigures(
    ChainId id,
    Optional<Layer> record,
    Optional<DirectoryUsage> usage,
    OptionalLong images,
    OptionalInt height,
    Consistency consistency,
    Optional<Instant> verifiedAt,
    List<Member> members) {

  /// An image that has the layer, and where in its chain, 1 = base.
  record Member(ImageId image, String height) {}

  static LayerFigures of(
      ChainId id, ObservedStore observed, Inventory inventory, boolean showsMembers) {
    return new LayerFigures(
        id,
        Optional.ofNullable(observed.store().layers().get(id)),
        observed.usageOf(id),
        inventory.imagesOf(id),
        observed.graph().heightOf(id),
        observed.consistency().of(id),
        observed.scrub().background().map(Background::verifiedAt).map(times -> times.get(id)),
        showsMembers
            ? observed.graph().imagesOf(id).stream().map(one -> member(observed, one, id)).toList()
            : List.of());
  }

  /// Where the layer stands in the chain of the image, whatever the layer store says of it.
  private static Member member(ObservedStore observed, ImageId id, ChainId layer) {
    Image image = observed.store().images().get(id);
    return new Member(
        id, image == null ? "" : Integer.toString(image.rootFs().chainIds().indexOf(layer) + 1));
  }

  // Written out, since each is compared with that of the text before: what records generate is
  // several times slower without C2.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayerFigures that
        && id.equals(that.id)
        && record.equals(that.record)
        && usage.equals(that.usage)
        && images.equals(that.images)
        && height.equals(that.height)
        && consistency == that.consistency
        && verifiedAt.equals(that.verifiedAt)
        && members.equals(that.members);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}

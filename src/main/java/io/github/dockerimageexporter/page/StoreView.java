package io.github.dockerimageexporter.page;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Consistency;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageSizes;
import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.refresh.StoreObservation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One store as the page shows it: what was observed, by the names that the sections ask for.
final class StoreView {
  private static final int SHORT_ID = 12;

  private final StoreObservation seen;
  private final ImageSizes sizes;
  private final Map<ImageId, List<String>> names = new HashMap<>();
  private final Map<ChainId, List<Kind>> problems = new HashMap<>();
  private final Map<ImageId, Impact> impacts = new HashMap<>();
  private final Map<ImageId, Long> containers;
  private final String anchorPrefix;

  /// @param anchorPrefix tells the anchors of several stores apart; the first has none
  StoreView(StoreObservation seen, String anchorPrefix) {
    this.seen = seen;
    this.sizes = new ImageSizes(seen.store(), seen.graph());
    this.anchorPrefix = anchorPrefix;
    this.containers =
        seen.store().containers().stream().collect(groupingBy(Container::imageId, counting()));
    for (Reference reference : seen.store().references()) {
      reference
          .imageId()
          .ifPresent(
              id -> names.computeIfAbsent(id, _ -> new ArrayList<>(1)).add(reference.name()));
    }
    seen.report().findings().stream().filter(StoreView::isHarmful).forEach(this::note);
  }

  private void note(Finding finding) {
    Kind kind = finding.problem().kind();
    finding
        .problem()
        .layers()
        .forEach(layer -> problems.computeIfAbsent(layer, _ -> new ArrayList<>(1)).add(kind));
    finding
        .affectedImages()
        .forEach(image -> impacts.merge(image, kind.impact(), StoreView::worse));
  }

  private static Impact worse(Impact one, Impact other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  static boolean isHarmful(Finding finding) {
    return finding.problem().kind().impact() != Impact.WASTE;
  }

  StoreObservation seen() {
    return seen;
  }

  StoreSnapshot store() {
    return seen.store();
  }

  LayerGraph graph() {
    return seen.graph();
  }

  Report report() {
    return seen.report();
  }

  ImageSizes sizes() {
    return sizes;
  }

  String driver() {
    return store().layout().driver();
  }

  int imageCount() {
    return store().images().size()
        + store().invalidImages().size()
        + store().unreadable().images().size();
  }

  int layerCount() {
    return store().layers().size()
        + store().invalidLayers().size()
        + store().unreadable().layers().size();
  }

  /// The names of `image`; empty if it has none.
  List<String> namesOf(ImageId image) {
    return names.getOrDefault(image, List.of());
  }

  /// What to call `image`: its first name, or else its short ID.
  String nameOf(ImageId image) {
    List<String> all = namesOf(image);
    return all.isEmpty() ? shortId(image) : all.getFirst();
  }

  long containersOf(ImageId image) {
    return containers.getOrDefault(image, 0L);
  }

  /// The harmful problems of the layer's own record.
  List<Kind> problemsOf(ChainId layer) {
    return problems.getOrDefault(layer, List.of());
  }

  /// The worst that a problem does to `image`; empty if no harmful one touches it.
  Optional<Impact> impactOn(ImageId image) {
    return report().consistencyOf(image) == Consistency.INCONSISTENT
        ? Optional.of(impacts.getOrDefault(image, Impact.UNUSABLE))
        : Optional.empty();
  }

  String anchor(ImageId image) {
    return anchorPrefix + image;
  }

  String anchor(ChainId layer) {
    return anchorPrefix + layer;
  }

  static String shortId(ImageId image) {
    return image.digest().hex().substring(0, SHORT_ID);
  }

  static String shortId(ChainId layer) {
    return layer.digest().hex().substring(0, SHORT_ID);
  }
}

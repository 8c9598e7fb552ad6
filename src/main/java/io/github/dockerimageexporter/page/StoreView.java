package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ChainConsistency;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// One store as the page shows it: what was observed, by the names that the sections ask for.
final class StoreView {
  private static final int SHORT_ID = 12;

  private final ObservedStore observed;
  private final Inventory inventory;
  private final Map<ChainId, List<Kind>> problems = new HashMap<>();
  private final String anchorPrefix;

  /// @param anchorPrefix tells the anchors of several stores apart; the first has none
  StoreView(ObservedStore observed, String anchorPrefix) {
    this.observed = observed;
    this.inventory = new Inventory(observed);
    this.anchorPrefix = anchorPrefix;
    observed.report().findings().stream().filter(StoreView::isHarmful).forEach(this::note);
  }

  private void note(Finding finding) {
    Kind kind = finding.problem().kind();
    finding
        .problem()
        .layers()
        .forEach(layer -> problems.computeIfAbsent(layer, _ -> new ArrayList<>(1)).add(kind));
  }

  static boolean isHarmful(Finding finding) {
    return finding.problem().impact().isHarmful();
  }

  StoreSnapshot store() {
    return observed.store();
  }

  LayerGraph graph() {
    return observed.graph();
  }

  Report report() {
    return observed.report();
  }

  ChainConsistency consistency() {
    return observed.consistency();
  }

  ScrubState scrub() {
    return observed.scrub();
  }

  /// What could not be read while measuring.
  long unmeasuredPaths() {
    return observed.unmeasuredPaths();
  }

  Inventory inventory() {
    return inventory;
  }

  /// Those of all stores.
  static List<Inventory> inventories(List<StoreView> stores) {
    return stores.stream().map(StoreView::inventory).toList();
  }

  /// The sum of a figure of each of `stores`.
  static long sum(List<StoreView> stores, ToLongFunction<StoreView> figure) {
    return stores.stream().mapToLong(figure).sum();
  }

  /// What the store is called.
  String driver() {
    return store().name();
  }

  /// The names of `image`; empty if it has none.
  List<String> namesOf(ImageId image) {
    return inventory.namesOf(image);
  }

  /// What to call `image`: its first name, or else its short ID.
  String nameOf(ImageId image) {
    List<String> all = namesOf(image);
    return all.isEmpty() ? shortId(image) : all.getFirst();
  }

  /// The harmful problems of the layer's own record.
  List<Kind> problemsOf(ChainId layer) {
    return problems.getOrDefault(layer, List.of());
  }

  /// The worst that a problem does to `image`; empty if no harmful one touches it.
  Optional<Impact> impactOn(ImageId image) {
    return consistency().of(image) == Consistency.INCONSISTENT
        ? Optional.of(
            inventory.problems().getOrDefault(image, Map.of()).keySet().stream()
                .min(Comparator.naturalOrder())
                .orElse(Impact.UNUSABLE))
        : Optional.empty();
  }

  String anchor(ImageId image) {
    return anchorPrefix + image;
  }

  String anchor(ChainId layer) {
    return anchorPrefix + layer;
  }

  static String shortId(ImageId image) {
    return shortId(image.digest());
  }

  static String shortId(ChainId layer) {
    return shortId(layer.digest());
  }

  static String shortId(Digest digest) {
    return digest.hex().substring(0, SHORT_ID);
  }
}

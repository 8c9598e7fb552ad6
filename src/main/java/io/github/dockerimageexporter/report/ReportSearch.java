package io.github.dockerimageexporter.report;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.Search;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What of a store a search finds.
///
/// | of         | is searched                                                                |
/// |------------|----------------------------------------------------------------------------|
/// | an image   | its ID, its names, the chain IDs of its layers                             |
/// | a problem  | its kind, impact, path and message, and the names of the images it affects |
record ReportSearch(ObservedStore observed, Inventory inventory, Search search) {
  Stream<ImageId> images() {
    Stream<ImageId> all = observed.store().imageIds();
    return search.isForAll() ? all : all.filter(image -> search.finds(texts(image)));
  }

  Stream<Finding> findings() {
    Stream<Finding> all = observed.report().findings().stream();
    return search.isForAll() ? all : all.filter(finding -> search.finds(texts(finding)));
  }

  private List<String> texts(ImageId id) {
    var texts = new ArrayList<>(inventory.namesOf(id));
    texts.add(id.toString());
    Stream.ofNullable(observed.store().images().get(id))
        .flatMap(image -> image.layers().stream())
        .forEach(layer -> texts.add(layer.toString()));
    return texts;
  }

  private List<String> texts(Finding finding) {
    var texts = new ArrayList<String>();
    texts.add(finding.problem().kind().label());
    texts.add(finding.problem().impact().label());
    texts.add(finding.problem().path());
    texts.add(Explanation.message(finding.problem()));
    for (ImageId image : finding.affectedImages()) {
      texts.add(image.toString());
      texts.addAll(inventory.namesOf(image));
    }
    finding.problem().layers().forEach(layer -> texts.add(layer.toString()));
    return texts;
  }
}

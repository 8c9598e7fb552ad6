package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.page.words.PlatformWords;
import io.github.dockerimageexporter.repair.ContentFetch;
import java.io.PrintWriter;
import java.util.List;

/// The images of a store of which something was never fetched: no problem, and good to know before
/// one of them is to be saved or pushed.
final class PartialImages {
  private static final int MOST = 20;

  private record Partial(Image image, ImageManifest manifest) {}

  private final ObservedStore store;
  private final Inventory inventory;

  PartialImages(ObservedStore store, Inventory inventory) {
    this.store = store;
    this.inventory = inventory;
  }

  void print(PrintWriter out) {
    List<Partial> all =
        store.store().images().values().stream()
            .flatMap(
                image ->
                    image.manifests().stream()
                        .filter(manifest -> !manifest.unfetchedLayers().isEmpty())
                        .map(manifest -> new Partial(image, manifest)))
            .toList();
    all.stream().limit(MOST).forEach(partial -> print(out, partial));
    if (all.size() > MOST) {
      out.printf("%n  and %d more partial images%n", all.size() - MOST);
    }
  }

  private void print(PrintWriter out, Partial partial) {
    String name =
        inventory.namesOf(partial.image().id()).stream()
            .findFirst()
            .map(Quote::line)
            .orElseGet(() -> partial.image().id().toString());
    out.printf(
        "%n  partial image: %s (%s)%n", name, PlatformWords.name(partial.manifest().platform()));
    out.printf("    content:  %s%n", PlatformWords.missing(partial.manifest()));
    out.printf("    effect:   %s%n", PlatformWords.consequence(partial.manifest()));
    ContentFetch.command(store.store(), partial.image(), partial.manifest())
        .ifPresent(command -> out.printf("    fetch:    %s%n", command));
  }
}

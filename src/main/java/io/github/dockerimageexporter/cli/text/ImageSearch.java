package io.github.dockerimageexporter.cli.text;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.cli.option.NearestWord;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds the image that a person means.
///
/// | text                   | means                                              |
/// |------------------------|----------------------------------------------------|
/// | `app:1`, `app@sha256:…`| the reference of that name                         |
/// | `app`                  | the reference `app:latest`                         |
/// | `sha256:…`, `8b37…`    | the one image whose ID begins so                   |
///
/// A reference wins over an ID, as in Docker, and a store in use over one that dockerd has left.
public final class ImageSearch {
  private static final Pattern ID = Pattern.compile("(?:sha256:)?[0-9a-f]{1,64}");
  private static final String PREFIX = "sha256:";

  private ImageSearch() {}

  /// The image that was meant, in one store.
  ///
  /// @param image empty if its configuration is invalid or could not be read
  public record Hit(ObservedStore store, ImageId id, Optional<Image> image) {

    /// Where the content of its layers is, and of its parents', which may go with it.
    public Set<Path> directories() {
      Map<ChainId, LayerDirectory> all = store.store().layerDirectories();
      var images = new LinkedHashMap<ImageId, Image>();
      Optional<Image> next = image;
      while (next.isPresent() && images.putIfAbsent(next.get().id(), next.get()) == null) {
        next = next.get().parent().map(store.store().images()::get);
      }
      return images.values().stream()
          .flatMap(one -> one.layers().stream())
          .flatMap(chainId -> Optional.ofNullable(all.get(chainId)).stream())
          .map(LayerDirectory::path)
          .collect(toSet());
    }
  }

  /// The one image that `text` means.
  ///
  /// @throws CommandFailure if no image, or more than one, is meant
  public static Hit find(Observation seen, String text) {
    List<Hit> hits = named(seen, text);
    if (hits.isEmpty()) {
      hits = identified(seen, text);
    }
    hits = preferred(hits);
    if (hits.isEmpty()) {
      throw new CommandFailure(
          "%s: no such image in %s%s"
              .formatted(
                  Quote.line(text), Quote.line(seen.dataRoot().toString()), hint(seen, text)));
    }
    if (hits.size() > 1) {
      throw new CommandFailure(
          "%s: ambiguous: %s"
              .formatted(Quote.line(text), hits.stream().map(ImageSearch::describe).toList()));
    }
    return hits.getFirst();
  }

  private static List<Hit> preferred(List<Hit> hits) {
    List<Hit> used =
        hits.stream().filter(hit -> hit.store().store().use() != StoreUse.LEFT_BEHIND).toList();
    return used.isEmpty() ? hits : used;
  }

  /// The names that may have been meant: those of the repository, or else the nearest one.
  private static String hint(Observation seen, String text) {
    List<Reference> references =
        seen.stores().stream()
            .flatMap(store -> store.store().references().stream())
            .filter(reference -> !reference.tag().isEmpty())
            .toList();
    List<String> meant =
        references.stream()
            .filter(
                reference -> reference.repository().equals(new Reference(text, "").repository()))
            .map(Reference::name)
            .distinct()
            .sorted()
            .toList();
    if (meant.isEmpty()) {
      meant =
          NearestWord.to(text, references.stream().map(Reference::name).toList()).stream().toList();
    }
    return meant.isEmpty() ? "" : "; did you mean %s?".formatted(Quote.names(meant));
  }

  private static List<Hit> named(Observation seen, String text) {
    var wanted = new Reference(text, "");
    String name = wanted.tag().isEmpty() && wanted.digest().isEmpty() ? text + ":latest" : text;
    var hits = new ArrayList<Hit>();
    for (ObservedStore store : seen.stores()) {
      store.store().references().stream()
          .filter(reference -> reference.name().equals(name))
          .flatMap(reference -> reference.imageId().stream())
          .flatMap(id -> hit(store, id).stream())
          .forEach(hits::add);
    }
    return hits;
  }

  private static List<Hit> identified(Observation seen, String text) {
    if (!ID.matcher(text).matches()) {
      return List.of();
    }
    String prefix = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    var hits = new ArrayList<Hit>();
    for (ObservedStore store : seen.stores()) {
      store
          .store()
          .imageIds()
          .filter(id -> id.digest().hex().startsWith(prefix))
          .flatMap(id -> hit(store, id).stream())
          .forEach(hits::add);
    }
    return hits;
  }

  private static Optional<Hit> hit(ObservedStore store, ImageId id) {
    return store.store().hasImage(id)
        ? Optional.of(new Hit(store, id, Optional.ofNullable(store.store().images().get(id))))
        : Optional.empty();
  }

  private static String describe(Hit hit) {
    return hit.id() + " in " + hit.store().store().name();
  }
}

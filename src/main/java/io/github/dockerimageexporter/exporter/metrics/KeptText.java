package io.github.dockerimageexporter.exporter.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.exporter.answer.ContentEncoding;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.exporter.answer.PartEncoder;
import io.github.dockerimageexporter.exporter.answer.PartedText;
import io.github.dockerimageexporter.exporter.answer.TextPart;
import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.exporter.text.PartRenderer;
import io.github.dockerimageexporter.exporter.text.SeriesLines;
import io.github.dockerimageexporter.exporter.text.ShardedText;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.Observation;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The text of an observation in one form, of which that of the next one is made: only parts in
/// which something has changed are rendered again. For one thread.
///
/// ```text
/// for each family: its head, for each store: series of images or layers, by shards
///                                            or all of its series, if they are of references
///                                            or of the whole store
/// ```
final class KeptText {
  private final MetricFamilies families;
  private final MetricsFormat format;
  private final ContentEncoding encoding;
  private final HeldBytes held;
  private final Map<String, TextPart> heads = new HashMap<>();
  private Map<String, StoreText> stores = Map.of();
  private Optional<PartedText> text = Optional.empty();

  KeptText(
      MetricFamilies families, MetricsFormat format, ContentEncoding encoding, HeldBytes held) {
    this.families = families;
    this.format = format;
    this.encoding = encoding;
    this.held = held;
  }

  /// Shows what was seen. The text before is let go first; the parts that both have stay.
  PartedText show(Optional<Observation> seen) throws IOException {
    drop();
    try (var encoder = PartEncoder.of(encoding)) {
      List<TextPart> parts = seen.isPresent() ? parts(seen.get(), encoder) : List.of();
      PartedText shown = held.join(parts, encoding);
      text = Optional.of(shown);
      return shown;
    }
  }

  /// What it has shown last.
  Optional<PartedText> shown() {
    return text;
  }

  /// Keeps what it has shown no longer than those who are reading it now.
  void drop() {
    text.ifPresent(PartedText::drop);
    text = Optional.empty();
  }

  private List<TextPart> parts(Observation seen, PartEncoder encoder) throws IOException {
    List<ScrapedStore> shown = families.stores(seen);
    List<Map<String, List<TextPart>>> ofStores = ofStores(shown, encoder);
    var parts = new ArrayList<TextPart>();
    parts.add(head(MetricFamilies.STATE, encoder));
    parts.add(series(MetricFamilies.STATE, seen, encoder));
    for (MetricFamily<ScrapedStore> family : families.ofStores().toList()) {
      parts.add(head(family, encoder));
      ofStores.forEach(ofStore -> parts.addAll(ofStore.getOrDefault(family.name(), List.of())));
    }
    parts.add(head(families.dropped(), encoder));
    parts.add(series(families.dropped(), shown, encoder));
    return List.copyOf(parts);
  }

  private TextPart head(MetricFamily<?> family, PartEncoder encoder) throws IOException {
    @Nullable TextPart known = heads.get(family.name());
    if (known != null) {
      return known;
    }
    var head = new StringWriter();
    format.write(List.of(family.description()), head);
    byte[] bytes = head.toString().getBytes(UTF_8);
    TextPart made = encoder.encode(bytes, bytes.length);
    heads.put(family.name(), made);
    return made;
  }

  /// All series that a family has of one source.
  private <T> TextPart series(MetricFamily<T> family, T source, PartEncoder encoder) {
    return renderer(family, source, encoder)
        .apply(family.series().apply(source).toList())
        .getFirst();
  }

  private <T> PartRenderer<LabeledSample> renderer(
      MetricFamily<T> family, T source, PartEncoder encoder) {
    var lines =
        SeriesLines.of(
            format, family.name(), Map.of(), family.labels(), family.common().apply(source));
    return new PartRenderer<>(
        List.of(new PartRenderer.Family<>(lines, (sample, sink) -> sink.accept(sample))), encoder);
  }

  /// The parts of each store's series, by family. Stores that are gone are let go.
  private List<Map<String, List<TextPart>>> ofStores(
      List<ScrapedStore> shown, PartEncoder encoder) {
    var next = new HashMap<String, StoreText>();
    var parts = new ArrayList<Map<String, List<TextPart>>>();
    for (ScrapedStore store : shown) {
      String name = store.store().name();
      @Nullable StoreText known = stores.get(name);
      StoreText text = known == null ? new StoreText() : known;
      next.put(name, text);
      parts.add(text.show(store, encoder));
    }
    stores = next;
    return parts;
  }

  /// The series of one store.
  private final class StoreText {
    private final ShardedText<Image, ImageFigures> images =
        new ShardedText<>(image -> image.id().digest().rank());
    private final ShardedText<ImageId, ImageFigures> invalidImages =
        new ShardedText<>(image -> image.digest().rank());
    private final ShardedText<Reference, Reference> references = new ShardedText<>(_ -> 0);
    private final ShardedText<ChainId, LayerFigures> layers =
        new ShardedText<>(layer -> layer.digest().rank());
    private final Map<String, ShardedText<LabeledSample, LabeledSample>> others = new HashMap<>();

    Map<String, List<TextPart>> show(ScrapedStore store, PartEncoder encoder) {
      PartRenderer<ImageFigures> ofImages = ofEach(MetricFamilies.ofImages(), store, encoder);
      images.show(store.store().images().values(), store::figuresOf, ofImages);
      invalidImages.show(store.invalidImageIds(), store::figuresOfInvalid, ofImages);
      references.show(
          store.references(),
          reference -> reference,
          ofEach(List.of(MetricFamilies.ofReferences()), store, encoder));
      layers.show(store.layerIds(), store::figuresOf, ofEach(families.ofLayers(), store, encoder));
      var parts = new HashMap<String, List<TextPart>>();
      for (int i = 0; i < MetricFamilies.ofImages().size(); i++) {
        parts.put(
            MetricFamilies.ofImages().get(i).name(),
            Stream.concat(images.partsOf(i).stream(), invalidImages.partsOf(i).stream()).toList());
      }
      parts.put(MetricFamilies.ofReferences().name(), references.partsOf(0));
      for (int i = 0; i < families.ofLayers().size(); i++) {
        parts.put(families.ofLayers().get(i).name(), layers.partsOf(i));
      }
      families
          .ofStores()
          .filter(family -> !parts.containsKey(family.name()))
          .forEach(family -> parts.put(family.name(), show(family, store, encoder)));
      return parts;
    }

    private List<TextPart> show(
        MetricFamily<ScrapedStore> family, ScrapedStore store, PartEncoder encoder) {
      ShardedText<LabeledSample, LabeledSample> whole =
          others.computeIfAbsent(family.name(), _ -> new ShardedText<>(_ -> 0));
      whole.show(
          family.series().apply(store).toList(),
          sample -> sample,
          renderer(family, store, encoder));
      return whole.partsOf(0);
    }

    private <F> PartRenderer<F> ofEach(
        List<ObjectFamily<F>> families, ScrapedStore store, PartEncoder encoder) {
      return new PartRenderer<>(
          families.stream()
              .map(
                  family ->
                      new PartRenderer.Family<>(
                          SeriesLines.of(
                              format,
                              family.name(),
                              Map.of(ObjectFamily.DRIVER, store.driver()),
                              family.labels(),
                              store.namespace()),
                          family.series()))
              .toList(),
          encoder);
    }
  }
}

package io.github.dockerimageexporter.exporter;

import io.github.dockerimageexporter.refresh.Observation;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// The text of a scrape: the store's families, rendered once an observation, and the exporter's own
/// behind them, rendered each time.
final class Exposition {
  private final Supplier<Optional<Observation>> latest;
  private final MetricFamilies families;
  private final List<Collector> own;
  private final AtomicReference<Renderings> renderings =
      new AtomicReference<>(new Renderings(Optional.empty()));

  /// @param own collectors to ask at each scrape, in the order of their families
  Exposition(
      Supplier<Optional<Observation>> latest, LayerOptions layers, List<? extends Collector> own) {
    this.latest = latest;
    this.families = new MetricFamilies(layers);
    this.own = List.copyOf(own);
  }

  /// A complete scrape.
  Text text(Format format, Encoding encoding) throws IOException {
    Rendering rendering = current().in(format, encoding);
    return new Text(rendering.bytes(), rendering.endWith(ownText(format)));
  }

  /// The renderings of the latest observation; those of an earlier one are let go first.
  private Renderings current() {
    Optional<Observation> seen = latest.get();
    return renderings.updateAndGet(cached -> cached.areOf(seen) ? cached : new Renderings(seen));
  }

  private byte[] ownText(Format format) throws IOException {
    var samples = new ArrayList<MetricFamilySamples>();
    own.forEach(collector -> samples.addAll(collector.collect()));
    var text = new StringWriter();
    format.write(samples, text);
    return text.append(format.end()).toString().getBytes(StandardCharsets.UTF_8);
  }

  /// The bytes of one answer.
  static final class Text {
    private final ByteChunks cached;
    private final byte[] end;

    private Text(ByteChunks cached, byte[] end) {
      this.cached = cached;
      this.end = end;
    }

    ByteChunks cached() {
      return cached;
    }

    long length() {
      return cached.size() + end.length;
    }

    void writeTo(OutputStream out) throws IOException {
      cached.writeTo(out);
      out.write(end);
    }
  }

  /// One observation in the forms that were asked for last, each rendered when it first is.
  ///
  /// One rendering is made at a time and few are kept, since that of a large store takes as much
  /// memory as all else: a Prometheus asks for one form, and two for two.
  private final class Renderings {
    private static final int MOST_KEPT = 2;

    private record Form(Format format, Encoding encoding) {}

    private final Optional<Observation> seen;
    private final SequencedMap<Form, Rendering> byForm = new LinkedHashMap<>();

    Renderings(Optional<Observation> seen) {
      this.seen = seen;
    }

    /// Whether these are of that very observation; comparing their contents would cost a scrape.
    @SuppressWarnings("ReferenceEquality")
    boolean areOf(Optional<Observation> other) {
      return seen.isEmpty() ? other.isEmpty() : other.filter(o -> o == seen.get()).isPresent();
    }

    synchronized Rendering in(Format format, Encoding encoding) throws IOException {
      var form = new Form(format, encoding);
      Rendering known = byForm.remove(form);
      if (known == null && byForm.size() == MOST_KEPT) {
        byForm.pollFirstEntry();
      }
      Rendering rendering = known != null ? known : render(form);
      byForm.putLast(form, rendering);
      return rendering;
    }

    private Rendering render(Form form) throws IOException {
      return Rendering.of(
          seen.map(families::samples).orElseGet(List::of), form.format(), form.encoding());
    }
  }
}

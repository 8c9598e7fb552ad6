package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.exporter.answer.ByteChunks;
import io.github.dockerimageexporter.exporter.answer.ContentEncoding;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.observation.Observation;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The text of a scrape: the store's families, rendered once an observation, and the exporter's own
/// behind them, rendered each time.
///
/// The latest observation is kept in the forms that were asked for last, each rendered when it
/// first is. One rendering is made at a time and few are kept, since that of a large store takes as
/// much memory as all else: a Prometheus asks for one form, and two for two. A text that takes half
/// of the memory for texts, as that of a large store does which is not compressed, is let go as
/// soon as another form is asked for.
public final class Exposition {
  private static final int MOST_KEPT = 2;

  private record Form(MetricsFormat format, ContentEncoding encoding) {}

  private final Supplier<Optional<Observation>> latest;
  private final MetricFamilies families;
  private final List<Collector> own;
  private final HeldBytes held;
  private final SequencedMap<Form, MetricsText> kept = new LinkedHashMap<>();

  /// Of what the renderings are. They do not keep it: a large store takes as much memory again.
  private WeakReference<@Nullable Observation> rendered = new WeakReference<>(null);

  /// @param own collectors to ask at each scrape, in the order of their families
  public Exposition(
      Supplier<Optional<Observation>> latest,
      CollectorOptions layers,
      List<? extends Collector> own,
      HeldBytes held) {
    this.latest = latest;
    this.families = new MetricFamilies(layers);
    this.own = List.copyOf(own);
    this.held = held;
  }

  /// A complete scrape.
  public Text text(MetricsFormat format, ContentEncoding encoding) throws IOException {
    MetricsText text = newest(new Form(format, encoding));
    return new Text(text.bytes(), text.endWith(ownText(format)));
  }

  /// The rendering of what is the latest observation by the time that others are done with theirs;
  /// those of an earlier one are let go first.
  private synchronized MetricsText newest(Form form) throws IOException {
    Optional<Observation> seen = latest.get();
    if (!isRendered(seen)) {
      kept.values().forEach(old -> old.bytes().drop());
      kept.clear();
      rendered = new WeakReference<>(seen.orElse(null));
    }
    MetricsText known = kept.remove(form);
    if (known == null) {
      makeRoom();
    }
    MetricsText text = known != null ? known : render(seen, form);
    kept.putLast(form, text);
    return text;
  }

  private void makeRoom() {
    for (MetricsText text : List.copyOf(kept.values())) {
      if (held.isLarge(text.bytes())) {
        text.bytes().drop();
        kept.values().remove(text);
      }
    }
    if (kept.size() == MOST_KEPT) {
      kept.pollFirstEntry().getValue().bytes().drop();
    }
  }

  /// Whether what is kept is of that very observation; comparing their contents would cost a
  /// scrape.
  @SuppressWarnings("ReferenceEquality")
  private boolean isRendered(Optional<Observation> seen) {
    return rendered.get() == seen.orElse(null);
  }

  private MetricsText render(Optional<Observation> seen, Form form) throws IOException {
    return MetricsText.of(
        held, seen.map(families::samples).orElseGet(List::of), form.format(), form.encoding());
  }

  private byte[] ownText(MetricsFormat format) throws IOException {
    var samples = new ArrayList<MetricFamilySamples>();
    own.forEach(collector -> samples.addAll(collector.collect()));
    var text = new StringWriter();
    format.write(samples, text);
    return text.append(format.end()).toString().getBytes(StandardCharsets.UTF_8);
  }

  /// The bytes of one answer.
  public static final class Text {
    private final ByteChunks cached;
    private final byte[] end;

    private Text(ByteChunks cached, byte[] end) {
      this.cached = cached;
      this.end = end;
    }

    ByteChunks cached() {
      return cached;
    }

    public long length() {
      return cached.size() + end.length;
    }

    public void writeTo(OutputStream out) throws IOException {
      cached.read(out, this::write);
    }

    private void write(OutputStream out) throws IOException {
      cached.writeTo(out);
      out.write(end);
    }
  }
}

package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.exporter.answer.ContentEncoding;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.exporter.answer.PartedText;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The text of a scrape: the store's families, rendered once an observation, and the exporter's own
/// behind them, rendered each time.
///
/// The latest observation is kept in the forms that were asked for last, each rendered when it
/// first is. One rendering is made at a time and few are kept, since that of a large store takes as
/// much memory as all else: a Prometheus asks for one form, and two for two. A text is let go if no
/// one has asked for its form since the observation before; one that takes half of the memory for
/// texts, as that of a large store does which is not compressed, as soon as another form is asked
/// for.
public final class Exposition {
  private static final int MOST_KEPT = 2;

  private record Form(MetricsFormat format, ContentEncoding encoding) {}

  private final Supplier<Optional<Observation>> latest;
  private final MetricFamilies families;
  private final List<Collector> own;
  private final HeldBytes held;
  private final SequencedMap<Form, KeptText> kept = new LinkedHashMap<>();
  private final Set<Form> current = new HashSet<>();

  /// Of what the renderings are. They do not keep it: a large store takes as much memory again.
  private WeakReference<@Nullable List<ObservedStore>> rendered = new WeakReference<>(null);

  private Optional<DataRootState> renderedState = Optional.empty();

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
    PartedText text = newest(new Form(format, encoding));
    return new Text(text, text.endWith(ownText(format)));
  }

  /// The rendering of what is the latest observation by the time that others are done with theirs.
  private synchronized PartedText newest(Form form) throws IOException {
    Optional<Observation> seen = latest.get();
    if (!isRendered(seen)) {
      letGo((other, _) -> !current.contains(other));
      current.clear();
      rendered = new WeakReference<>(seen.map(Observation::stores).orElse(null));
      renderedState = seen.map(Observation::state);
    }
    @Nullable KeptText known = kept.remove(form);
    KeptText text =
        known == null ? new KeptText(families, form.format(), form.encoding(), held) : known;
    if (!current.contains(form)) {
      makeRoom();
      text.show(seen);
      current.add(form);
    }
    kept.putLast(form, text);
    return text.shown().orElseThrow();
  }

  private void makeRoom() {
    letGo((_, text) -> text.shown().filter(held::isLarge).isPresent());
    if (kept.size() == MOST_KEPT) {
      Form oldest = kept.firstEntry().getKey();
      letGo((form, _) -> form.equals(oldest));
    }
  }

  private void letGo(BiPredicate<Form, KeptText> unwanted) {
    kept.entrySet()
        .removeIf(
            entry -> {
              boolean goes = unwanted.test(entry.getKey(), entry.getValue());
              if (goes) {
                entry.getValue().drop();
                current.remove(entry.getKey());
              }
              return goes;
            });
  }

  /// Whether what is kept is of those very stores; comparing their contents would cost a scrape. A
  /// scan that finds nothing new shows the stores of the one before.
  @SuppressWarnings("ReferenceEquality")
  private boolean isRendered(Optional<Observation> seen) {
    return rendered.get() == seen.map(Observation::stores).orElse(null)
        && renderedState.equals(seen.map(Observation::state));
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
    private final PartedText cached;
    private final byte[] end;

    private Text(PartedText cached, byte[] end) {
      this.cached = cached;
      this.end = end;
    }

    PartedText cached() {
      return cached;
    }

    public long length() {
      return cached.size() + end.length;
    }

    public void writeTo(OutputStream out) throws IOException {
      cached.read(out, reader -> cached.writeTo(reader, end));
    }
  }
}

package io.github.dockerimageexporter.exporter.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.exporter.answer.ContentEncoding;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.exporter.answer.PartedText;
import io.github.dockerimageexporter.observation.Observation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// The text of a store in every form, kept from observation to observation and each time held
/// against what the client library writes of that observation alone.
public final class FollowedText {
  private static final byte[] END = "# the end\n".getBytes(UTF_8);

  private final MetricFamilies families;
  private final HeldBytes held = HeldBytes.ofHeap();
  private final List<Followed> forms = new ArrayList<>();

  private record Followed(MetricsFormat format, ContentEncoding encoding, KeptText text) {}

  public FollowedText(CollectorOptions options) {
    families = new MetricFamilies(options);
    for (MetricsFormat format : MetricsFormat.values()) {
      for (ContentEncoding encoding : ContentEncoding.values()) {
        forms.add(new Followed(format, encoding, new KeptText(families, format, encoding, held)));
      }
    }
  }

  /// Fails if the text of any form is another than that of a fresh rendering.
  ///
  /// @param description of what has led there
  public void show(Observation seen, String description) throws IOException {
    show(seen, seen, description);
  }

  /// The same, if the fresh rendering is of `alike`.
  public void show(Observation seen, Observation alike, String description) throws IOException {
    Map<MetricsFormat, String> fresh = new EnumMap<>(MetricsFormat.class);
    for (MetricsFormat format : MetricsFormat.values()) {
      fresh.put(format, fresh(alike, format));
    }
    for (Followed form : forms) {
      PartedText shown = form.text().show(Optional.of(seen));
      assertThat(textOf(shown, form.encoding()))
          .describedAs("%s %s, %s", form.format(), form.encoding(), description)
          .isEqualTo(fresh.get(form.format()));
    }
    assertThat(held.bytes())
        .isEqualTo(
            forms.stream().mapToLong(form -> form.text().shown().orElseThrow().size()).sum());
  }

  private String fresh(Observation seen, MetricsFormat format) throws IOException {
    var text = new StringWriter();
    format.write(families.samples(seen), text);
    return text + new String(END, UTF_8);
  }

  private static String textOf(PartedText text, ContentEncoding encoding) throws IOException {
    byte[] end = text.endWith(END);
    var bytes = new ByteArrayOutputStream();
    text.writeTo(bytes, end);
    assertThat(bytes.size()).isEqualTo(text.size() + end.length);
    if (encoding == ContentEncoding.IDENTITY) {
      return bytes.toString(UTF_8);
    }
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}

package io.github.dockerimageexporter.exporter.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.exporter.text.LineWriter.TextBuffer;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Lines are those that simpleclient writes.
class SeriesLinesTest {
  private static final List<String> WORDS =
      List.of(
          "", "a", "\\", "\"", "\n", "\\n", "{}=,", "\u00e4", "\ud83d\ude00", "\u202e", "\u007f");

  private final Random random = new Random(1);
  private final TextBuffer line = new TextBuffer();
  private final LineWriter writer = new LineWriter();

  @ParameterizedTest
  @EnumSource
  void valuesAreWrittenAsByTheClientLibrary(MetricsFormat format) throws IOException {
    var values =
        new ArrayList<Double>(
            List.of(
                0.0,
                -0.0,
                -1.0,
                0.5,
                9_999_999.0,
                10_000_000.0,
                1e300,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                1.767225600123e9));
    for (int bits = 0; bits < 63; bits++) {
      values.add((double) (1L << bits));
      values.add((double) (random.nextLong() >>> bits));
      values.add(Math.rint(Math.pow(10, bits / 4.0)));
    }
    for (double value : values) {
      assertLine(format, Map.of(), List.of("a"), Map.of(), LabeledSample.of(value, "b"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void labelsAreWrittenAsByTheClientLibrary(MetricsFormat format) throws IOException {
    for (int round = 0; round < 500; round++) {
      List<String> labels = IntStream.range(0, random.nextInt(7)).mapToObj(i -> "l" + i).toList();
      Object[] values = labels.stream().map(_ -> word()).toArray();
      assertLine(
          format,
          random.nextBoolean() ? Map.of("first", word()) : Map.of(),
          labels,
          random.nextBoolean() ? Map.of("last", word()) : Map.of(),
          LabeledSample.of(round, values));
    }
  }

  private String word() {
    var word = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      word.append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return word.toString();
  }

  private void assertLine(
      MetricsFormat format,
      Map<String, String> first,
      List<String> labels,
      Map<String, String> last,
      LabeledSample sample)
      throws IOException {
    line.clear();
    writer.write(line, SeriesLines.of(format, "a_b", first, labels, last), sample);

    var all = new LinkedHashMap<String, String>(first);
    for (int i = 0; i < labels.size(); i++) {
      all.put(labels.get(i), sample.texts().get(i));
    }
    all.putAll(last);
    assertThat(new String(Arrays.copyOf(line.bytes(), line.length()), UTF_8))
        .isEqualTo(expected(format, all, sample.value()));
  }

  private static String expected(MetricsFormat format, Map<String, String> labels, double value)
      throws IOException {
    var sample =
        new Sample("a_b", List.copyOf(labels.keySet()), List.copyOf(labels.values()), value);
    var text = new StringWriter();
    format.write(
        List.of(new MetricFamilySamples("a_b", Collector.Type.GAUGE, "?", List.of(sample))), text);
    return text.toString().replaceAll("(?m)^#.*\n", "");
  }
}

package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.answer.ContentEncoding.GZIP;
import static io.github.dockerimageexporter.exporter.answer.ContentEncoding.IDENTITY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.exporter.http.Statuses;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.snapshot.DataRootState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExpositionTest {
  private final AtomicReference<Optional<Observation>> latest =
      new AtomicReference<>(Optional.of(store("app").observation()));
  private final HeldBytes held = HeldBytes.ofHeap();
  private final Exposition exposition =
      new Exposition(
          latest::get,
          Expositions.EVERYTHING,
          List.of(new StatusCollector(Statuses.BUILD, Statuses::good)),
          held);

  @ParameterizedTest
  @EnumSource(MetricsFormat.class)
  void storeAndExporterFollowEachOther(MetricsFormat format) throws IOException {
    assertThat(plain(format)).isEqualTo(expected(format));
  }

  @ParameterizedTest
  @EnumSource(MetricsFormat.class)
  void gzipIsTheSameText(MetricsFormat format) throws IOException {
    assertThat(unzipped(format)).isEqualTo(expected(format));
  }

  @Test
  void lengthIsThatOfTheBytes() throws IOException {
    var text = exposition.text(MetricsFormat.TEXT, GZIP);

    assertThat(text.length()).isEqualTo(bytes(text).length);
  }

  @Test
  void beforeTheFirstScanOnlyTheExporterSpeaks() throws IOException {
    latest.set(Optional.empty());

    assertThat(plain(MetricsFormat.TEXT))
        .isEqualTo(Expositions.text(MetricFamilies.samples(Statuses.BUILD, Statuses.good())));
  }

  @Test
  void anotherObservationIsShownAtOnce() throws IOException {
    String before = unzipped(MetricsFormat.TEXT);
    latest.set(Optional.of(store("other").observation()));

    assertThat(unzipped(MetricsFormat.TEXT))
        .isEqualTo(expected(MetricsFormat.TEXT))
        .isNotEqualTo(before);
  }

  @Test
  void aRenderingDoesNotKeepWhatItIsOf() throws IOException {
    var first = new WeakReference<>(latest.get().orElseThrow());
    exposition.text(MetricsFormat.TEXT, GZIP);
    latest.set(Optional.of(store("other").observation()));

    Awaitility.await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(first.get()).isNull();
            });
  }

  @Test
  void oneObservationIsRenderedOnce() throws IOException {
    var first = exposition.text(MetricsFormat.TEXT, IDENTITY);
    var second = exposition.text(MetricsFormat.TEXT, IDENTITY);

    assertThat(second.cached()).isSameAs(first.cached());
  }

  @Test
  void whatALaterScanFindsUnchangedIsNotRenderedAgain() throws IOException {
    var first = exposition.text(MetricsFormat.TEXT, IDENTITY);
    Observation before = latest.get().orElseThrow();
    latest.set(Optional.of(store("app").observation().sharing(before)));

    assertThat(exposition.text(MetricsFormat.TEXT, IDENTITY).cached()).isSameAs(first.cached());
  }

  @Test
  void anotherStateOfTheSameStoresIsShown() throws IOException {
    exposition.text(MetricsFormat.TEXT, IDENTITY);
    Observation before = latest.get().orElseThrow();
    latest.set(
        Optional.of(
            new Observation(
                before.dataRoot(),
                DataRootState.UNREADABLE,
                before.detail(),
                before.checkedAt(),
                before.stores(),
                before.notRead())));

    assertThat(plain(MetricsFormat.TEXT)).isEqualTo(expected(MetricsFormat.TEXT));
  }

  @Test
  void textsOfAnEarlierObservationAreLetGo() throws IOException {
    exposition.text(MetricsFormat.TEXT, IDENTITY);
    long one = held.bytes();
    latest.set(Optional.of(store("app").observation()));
    exposition.text(MetricsFormat.TEXT, IDENTITY);

    assertThat(held.bytes()).isPositive().isEqualTo(one);
  }

  @Test
  void twoFormsAreKept() throws IOException {
    exposition.text(MetricsFormat.TEXT, IDENTITY);
    long openMetrics = exposition.text(MetricsFormat.OPENMETRICS, IDENTITY).cached().size();
    long gzip = exposition.text(MetricsFormat.TEXT, GZIP).cached().size();

    assertThat(held.bytes()).isEqualTo(openMetrics + gzip);
  }

  @Test
  void aFormIsLetGoThatNobodyAsksForAnyMore() throws IOException {
    exposition.text(MetricsFormat.TEXT, IDENTITY);
    exposition.text(MetricsFormat.TEXT, GZIP);
    for (String image : List.of("other", "another")) {
      latest.set(Optional.of(store(image).observation()));
      exposition.text(MetricsFormat.TEXT, GZIP);
    }

    assertThat(held.bytes()).isEqualTo(exposition.text(MetricsFormat.TEXT, GZIP).cached().size());
  }

  @Test
  void aLargeTextIsLetGoForAnotherForm() throws IOException {
    long large = exposition.text(MetricsFormat.TEXT, IDENTITY).cached().size();
    var small = HeldBytes.of(2 * large - 1);
    var own = new Exposition(latest::get, Expositions.EVERYTHING, List.of(), small);
    long gzip = own.text(MetricsFormat.TEXT, GZIP).cached().size();
    own.text(MetricsFormat.TEXT, IDENTITY);
    assertThat(small.bytes()).isEqualTo(gzip + large);
    long openMetrics = own.text(MetricsFormat.OPENMETRICS, GZIP).cached().size();

    assertThat(small.bytes()).isEqualTo(gzip + openMetrics);
  }

  private static StoreFixture store(String image) {
    var store = new StoreFixture();
    store.image(image, "base:100", image + ":20");
    return store;
  }

  private String expected(MetricsFormat format) throws IOException {
    var families =
        new ArrayList<>(
            new MetricFamilies(Expositions.EVERYTHING).samples(latest.get().orElseThrow()));
    families.addAll(MetricFamilies.samples(Statuses.BUILD, Statuses.good()));
    var text = new StringWriter();
    format.write(families, text);
    return text.append(format == MetricsFormat.OPENMETRICS ? "# EOF\n" : "").toString();
  }

  private String plain(MetricsFormat format) throws IOException {
    return new String(bytes(exposition.text(format, IDENTITY)), UTF_8);
  }

  private String unzipped(MetricsFormat format) throws IOException {
    var zipped = new ByteArrayInputStream(bytes(exposition.text(format, GZIP)));
    try (var in = new GZIPInputStream(zipped)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static byte[] bytes(Exposition.Text text) throws IOException {
    var out = new ByteArrayOutputStream();
    text.writeTo(out);
    return out.toByteArray();
  }
}

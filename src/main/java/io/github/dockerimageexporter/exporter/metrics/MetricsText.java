package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.exporter.answer.ByteChunks;
import io.github.dockerimageexporter.exporter.answer.ContentEncoding;
import io.github.dockerimageexporter.exporter.answer.GzipMember;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The text of some families in one encoding, left open so that the text of others can follow.
sealed interface MetricsText {

  /// What is rendered so far.
  ByteChunks bytes();

  /// The bytes that follow [#bytes] when the text ends with `text`.
  byte[] endWith(byte[] text) throws IOException;

  static MetricsText of(
      HeldBytes held,
      List<MetricFamilySamples> families,
      MetricsFormat format,
      ContentEncoding encoding)
      throws IOException {
    return held.make(
        bytes ->
            switch (encoding) {
              case IDENTITY -> Plain.of(bytes, families, format);
              case GZIP -> Gzip.of(bytes, families, format);
            });
  }

  private static void write(
      List<MetricFamilySamples> families, MetricsFormat format, OutputStream out)
      throws IOException {
    var writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    format.write(families, writer);
  }

  /// The text itself.
  record Plain(ByteChunks bytes) implements MetricsText {
    static Plain of(ByteChunks bytes, List<MetricFamilySamples> families, MetricsFormat format)
        throws IOException {
      write(families, format, bytes);
      return new Plain(bytes);
    }

    @Override
    public byte[] endWith(byte[] text) {
      return text;
    }
  }

  /// A gzip member without its end.
  record Gzip(ByteChunks bytes, GzipMember member) implements MetricsText {
    static Gzip of(ByteChunks bytes, List<MetricFamilySamples> families, MetricsFormat format)
        throws IOException {
      try (var out = new GzipMember.Beginning(bytes)) {
        write(families, format, out);
        return new Gzip(bytes, out.member());
      }
    }

    @Override
    public byte[] endWith(byte[] text) throws IOException {
      return member.endWith(text);
    }
  }
}

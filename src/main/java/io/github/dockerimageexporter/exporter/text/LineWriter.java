package io.github.dockerimageexporter.exporter.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.prometheus.client.Collector;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes lines of series. For one thread.
///
/// Lines that follow each other often have a label value in common, so that the bytes of the last
/// one at each place are kept.
final class LineWriter {
  private static final int MOST_KEPT = 4;

  /// Below it, a number is written with all its digits.
  private static final int LEAST_WITH_EXPONENT = 10_000_000;

  private final @Nullable Object[] values = new @Nullable Object[MOST_KEPT];
  private final byte[][] texts = new byte[MOST_KEPT][];

  void write(TextBuffer out, SeriesLines lines, LabeledSample sample) {
    List<Object> labelValues = sample.labelValues();
    for (int i = 0; i < labelValues.size(); i++) {
      out.append(lines.before(i));
      out.append(textOf(i, labelValues.get(i)));
    }
    out.append(lines.after());
    write(out, sample.value());
    out.append('\n');
  }

  @SuppressWarnings("ReferenceEquality") // the same has the same text
  private byte[] textOf(int place, Object value) {
    if (place >= MOST_KEPT) {
      return SeriesLines.bytesOf(value);
    }
    if (values[place] != value) {
      values[place] = value;
      texts[place] = SeriesLines.bytesOf(value);
    }
    return texts[place];
  }

  private static void write(TextBuffer out, double value) {
    int whole = (int) value;
    if (whole == value && whole > 0 && whole < LEAST_WITH_EXPONENT) {
      out.append(whole);
      out.append('.');
      out.append('0');
      return;
    }
    out.append(Collector.doubleToGoString(value).getBytes(ISO_8859_1));
  }

  /// Bytes in the making.
  static final class TextBuffer {
    private static final int LEAST_SIZE = 1024;
    private static final int MOST_DIGITS = 10;

    private byte[] bytes = new byte[LEAST_SIZE];
    private int length;

    byte[] bytes() {
      return bytes;
    }

    int length() {
      return length;
    }

    void clear() {
      length = 0;
    }

    void append(byte[] more) {
      reserve(more.length);
      System.arraycopy(more, 0, bytes, length, more.length);
      length += more.length;
    }

    void append(char ascii) {
      reserve(1);
      bytes[length++] = (byte) ascii;
    }

    /// The digits of a number that is not negative.
    void append(int number) {
      reserve(MOST_DIGITS);
      int end = length + 1;
      for (int rest = number; rest >= 10; rest /= 10) {
        end++;
      }
      int rest = number;
      for (int at = end - 1; at >= length; at--) {
        bytes[at] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      length = end;
    }

    private void reserve(int more) {
      if (more > bytes.length - length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
      }
    }
  }
}

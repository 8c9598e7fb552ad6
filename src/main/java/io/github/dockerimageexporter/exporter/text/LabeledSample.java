package io.github.dockerimageexporter.exporter.text;

import java.util.Arrays;
import java.util.List;

/// One series of a family: its label values, in the order of the family's labels, and its value.
///
/// A label value is what its `toString` says. That can be any text, from files that anyone wrote.
public record LabeledSample(List<Object> labelValues, double value) {
  private static final char REPLACEMENT = '\uFFFD';

  public static LabeledSample of(double value, Object... labelValues) {
    return new LabeledSample(Arrays.asList(labelValues), value);
  }

  public static LabeledSample of(long value, Object... labelValues) {
    return of((double) value, labelValues);
  }

  public static LabeledSample info(Object... labelValues) {
    return of(1, labelValues);
  }

  public static double flag(boolean value) {
    return value ? 1 : 0;
  }

  /// The label values as they are exported: what is no Unicode text, and the NUL that ends a scrape
  /// for Prometheus, is replaced.
  public List<String> texts() {
    return labelValues.stream().map(value -> clean(value.toString())).toList();
  }

  static String clean(String text) {
    int i = 0;
    while (i < text.length() && isPlain(text.charAt(i))) {
      i++;
    }
    return i == text.length() ? text : replaceInvalid(text);
  }

  private static boolean isPlain(char c) {
    return c != 0 && !Character.isSurrogate(c);
  }

  private static String replaceInvalid(String text) {
    var cleaned = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == 0 || isLoneSurrogate(c) ? REPLACEMENT : c)
        .forEach(cleaned::appendCodePoint);
    return cleaned.toString();
  }

  private static boolean isLoneSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }
}

package io.github.dockerimageexporter.exporter.metrics;

import java.util.Arrays;
import java.util.List;

/// One series of a family: its label values, in the order of the family's labels, and its value.
///
/// Label values can be any text, from files that anyone wrote. What is no Unicode text, and the NUL
/// that ends a scrape for Prometheus, is replaced here, before series are compared.
record LabeledSample(List<String> labelValues, double value) {
  private static final char REPLACEMENT = '\uFFFD';

  LabeledSample {
    labelValues = List.of(cleaned(labelValues));
  }

  static LabeledSample of(double value, String... labelValues) {
    return new LabeledSample(Arrays.asList(labelValues), value);
  }

  static LabeledSample of(long value, String... labelValues) {
    return of((double) value, labelValues);
  }

  static LabeledSample info(String... labelValues) {
    return of(1, labelValues);
  }

  static double flag(boolean value) {
    return value ? 1 : 0;
  }

  private static String[] cleaned(List<String> labelValues) {
    String[] cleaned = new String[labelValues.size()];
    for (int i = 0; i < cleaned.length; i++) {
      cleaned[i] = clean(labelValues.get(i));
    }
    return cleaned;
  }

  private static String clean(String text) {
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

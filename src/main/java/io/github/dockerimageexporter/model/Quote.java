package io.github.dockerimageexporter.model;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Texts from the store, made fit to be shown: of a bounded length, on one line, and without
/// anything that a terminal would obey.
public final class Quote {
  private static final int MAX_LENGTH = 100;

  /// The longest name of an image that Docker takes has 384.
  private static final int MAX_LINE_LENGTH = 400;

  private static final int MAX_NAMES = 5;

  private Quote() {}

  /// One value.
  public static String of(String text) {
    return of(text, MAX_LENGTH);
  }

  /// A name, or a sentence of a library about a value.
  public static String line(String text) {
    return of(text, MAX_LINE_LENGTH);
  }

  /// The first few of `names`, and how many more there are.
  public static String names(List<String> names) {
    Stream<String> first = names.stream().limit(MAX_NAMES).map(Quote::line);
    Stream<String> rest =
        names.size() > MAX_NAMES ? Stream.of((names.size() - MAX_NAMES) + " more") : Stream.empty();
    return Stream.concat(first, rest).collect(Collectors.joining(", "));
  }

  private static String of(String text, int maxLength) {
    String start = text.length() <= maxLength ? text : text.substring(0, maxLength) + "…";
    return start.replaceAll("\\p{Cc}", "\ufffd");
  }
}

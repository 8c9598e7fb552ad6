package io.github.dockerimageexporter.check;

/// A text from the store, short enough to be shown.
final class Quote {
  private static final int MAX_LENGTH = 100;

  private Quote() {}

  static String of(String text) {
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
  }
}

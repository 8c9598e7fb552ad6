package io.github.dockerimageexporter.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// HTML, written from its beginning to its end.
///
/// Names of elements and attributes are the program's own. Everything else is escaped on its way
/// out, and there is no way around that but [#raw].
///
/// | in a text or value                          | is written as          |
/// |---------------------------------------------|------------------------|
/// | `&`, `<`, `>`, `"`, `'`                     | a character reference  |
/// | control characters, halves of characters    | U+FFFD                 |
/// | characters that turn the direction of a line| U+FFFD                 |
final class Html {
  private static final char REPLACEMENT = '\ufffd';

  private final Appendable out;
  private final Deque<String> open = new ArrayDeque<>();

  Html(Appendable out) {
    this.out = out;
  }

  /// Opens an element, which [#close] closes.
  ///
  /// @param attributes names and values in turn
  Html open(String element, String... attributes) {
    tag(element, attributes);
    open.push(element);
    return this;
  }

  /// Closes the innermost open element.
  Html close() {
    return raw("</").raw(open.pop()).raw(">");
  }

  /// A whole element with nothing but a text in it.
  Html element(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  /// An element that has no content.
  Html empty(String element, String... attributes) {
    tag(element, attributes);
    return this;
  }

  Html text(String text) {
    int written = 0;
    for (int i = 0; i < text.length(); i++) {
      String escape = escapeOf(text, i);
      if (!escape.isEmpty()) {
        append(text, written, i);
        raw(escape);
        written = i + 1;
      }
    }
    append(text, written, text.length());
    return this;
  }

  /// Writes the program's own markup as it is.
  Html raw(String markup) {
    append(markup, 0, markup.length());
    return this;
  }

  private void tag(String element, String... attributes) {
    raw("<").raw(element);
    for (int i = 0; i < attributes.length; i += 2) {
      raw(" ").raw(attributes[i]).raw("=\"").text(attributes[i + 1]).raw("\"");
    }
    raw(">");
  }

  /// What stands for the character at `i`; empty if it stands for itself.
  private static String escapeOf(String text, int i) {
    char c = text.charAt(i);
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\'' -> "&#39;";
      default -> isFit(text, i) ? "" : String.valueOf(REPLACEMENT);
    };
  }

  private static boolean isFit(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
    return !Character.isISOControl(c) && !turnsTheLine(c);
  }

  /// Source: Unicode Standard Annex 9, 2: explicit directional formatting.
  private static boolean turnsTheLine(char c) {
    return (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
  }

  private void append(String text, int from, int to) {
    try {
      out.append(text, from, to);
    } catch (IOException impossible) {
      throw new UncheckedIOException("a page is written to memory", impossible);
    }
  }
}

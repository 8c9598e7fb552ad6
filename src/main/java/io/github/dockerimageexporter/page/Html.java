package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.model.Quote;
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
/// | what a reader cannot see                    | what [Quote] shows     |
final class Html {
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
    String visible = Quote.sentence(text);
    int written = 0;
    for (int i = 0; i < visible.length(); i++) {
      String escape = escapeOf(visible.charAt(i));
      if (!escape.isEmpty()) {
        append(visible, written, i);
        raw(escape);
        written = i + 1;
      }
    }
    append(visible, written, visible.length());
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

  /// What stands for the character; empty if it stands for itself.
  private static String escapeOf(char character) {
    return switch (character) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\'' -> "&#39;";
      default -> "";
    };
  }

  private void append(String text, int from, int to) {
    try {
      out.append(text, from, to);
    } catch (IOException impossible) {
      throw new UncheckedIOException("a page is written to memory", impossible);
    }
  }
}

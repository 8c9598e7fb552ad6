package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.Numbers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The cells of tables.
final class Cells {
  private static final String UNKNOWN = "–";

  private Cells() {}

  /// @param columns a title and a style in turn; numbers have the style `n`
  static void head(Html html, String... columns) {
    html.open("thead").open("tr");
    for (int i = 0; i < columns.length; i += 2) {
      html.element("th", columns[i], "scope", "col", "class", columns[i + 1]);
    }
    html.close().close();
  }

  static void count(Html html, long count) {
    html.element("td", Numbers.format(count), "class", "n");
  }

  static void count(Html html, OptionalLong count) {
    if (count.isEmpty()) {
      unknown(html);
    } else {
      count(html, count.getAsLong());
    }
  }

  static void bytes(Html html, OptionalLong bytes) {
    bytes(html, bytes, List.of());
  }

  /// @param parts what they are made of, in words
  static void bytes(Html html, OptionalLong bytes, List<String> parts) {
    if (bytes.isEmpty()) {
      unknown(html);
      return;
    }
    html.open("td", "class", "n");
    html.text(Bytes.format(bytes.getAsLong()));
    parts.forEach(part -> html.element("span", part, "class", "more"));
    html.close();
  }

  static void unknown(Html html) {
    html.element("td", UNKNOWN, "class", "n");
  }

  static void day(Html html, Optional<Instant> time) {
    if (time.isEmpty()) {
      unknown(html);
      return;
    }
    html.open("td", "class", "n");
    html.text(time.get().truncatedTo(ChronoUnit.DAYS).toString().replaceFirst("T.*", "")).close();
  }
}

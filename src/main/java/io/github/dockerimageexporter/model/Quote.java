package io.github.dockerimageexporter.model;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Texts of others, made fit to be shown: on one line, of a bounded length, without anything that
/// a terminal obeys or a reader cannot see.
///
/// | in the text                                              | is shown as                |
/// |----------------------------------------------------------|----------------------------|
/// | controls (C0, DEL, C1), line and paragraph separators     | `\n`, `\r`, `\t`, `\u001b` |
/// | format characters: turned lines, joiners, tags, soft hyphens | `\u202e`                |
/// | spaces other than U+0020, letters and marks without ink   | `\u00a0`                   |
/// | halves of characters, unassigned and private characters   | `\ud83d`                   |
/// | a backslash of a value or name                            | `\\`                       |
///
/// The escapes are those of JSON, so that two names that differ are shown differently, and an
/// escaped text stays what it is inside a JSON string.
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

  /// A sentence of any length in which values may be quoted already: backslashes stay.
  public static String sentence(String text) {
    return isPlain(text) ? text : escaped(text);
  }

  /// One word of the shell, whatever is in it.
  public static String shellWord(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static String of(String text, int maxLength) {
    boolean fits = text.length() <= maxLength;
    String start = fits ? text : text.substring(0, endOfCharacter(text, maxLength)) + "…";
    return sentence(start.replace("\\", "\\\\"));
  }

  private static int endOfCharacter(String text, int index) {
    boolean splits =
        Character.isHighSurrogate(text.charAt(index - 1))
            && Character.isLowSurrogate(text.charAt(index));
    return splits ? index - 1 : index;
  }

  /// Whether it is of visible ASCII alone, as most texts are.
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static String escaped(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .forEach(
            character -> {
              if (isVisible(character)) {
                shown.appendCodePoint(character);
              } else {
                appendEscape(shown, character);
              }
            });
    return shown.toString();
  }

  private static void appendEscape(StringBuilder shown, int character) {
    switch (character) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        for (char half : Character.toChars(character)) {
          shown.append("\\u%04x".formatted((int) half));
        }
      }
    }
  }

  private static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      case Character.SPACE_SEPARATOR -> character == ' ';
      default -> !isBlank(character);
    };
  }

  /// Source: Unicode, `DerivedCoreProperties.txt`, Default_Ignorable_Code_Point, less what is of
  /// the types above; and the empty cell of Braille.
  private static boolean isBlank(int character) {
    return switch (character) {
      case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180f, 0x2800, 0x3164, 0xffa0 -> true;
      default ->
          (character >= 0x180b && character <= 0x180d)
              || (character >= 0xfe00 && character <= 0xfe0f)
              || (character >= 0xe0100 && character <= 0xe01ef);
    };
  }
}

package io.github.dockerimageexporter.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/// Markdown as plain text for a terminal of 80 columns.
///
/// | Markdown                        | text                                        |
/// |---------------------------------|---------------------------------------------|
/// | `**Docker:** refuses …`         | `Docker:` in a column of its own            |
/// | `1. Run`, `- Run`               | the same, with what follows below the text  |
/// | [code and tables][^]            | as they stand                               |
/// | `[a section](#section)`         | `a section (explain section)`               |
public final class ManualText {
  private static final int WIDTH = 80;
  private static final Pattern LABELLED = Pattern.compile("\\*\\*([A-Z][a-z]+:)\\*\\* (.*)");
  private static final Pattern ITEM = Pattern.compile(" *([0-9]+\\.|-) (.*)");
  private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\(#([^)]*)\\)");
  private static final Pattern LINK_TO_PAGE =
      Pattern.compile("\\[([^\\]]*)\\]\\(([a-z-]+\\.md)[^)]*\\)");
  private static final String FENCE = "```";

  private final StringBuilder text = new StringBuilder();
  private String label = "";
  private final List<String> paragraph = new ArrayList<>();

  private ManualText() {}

  public static String of(List<String> markdown) {
    var text = new ManualText();
    boolean code = false;
    for (String line : markdown) {
      if (line.startsWith(FENCE)) {
        text.end();
        code = !code;
      } else if (code || line.startsWith("|")) {
        text.end();
        text.text.append(code ? "    " : "").append(line).append('\n');
      } else {
        text.take(line);
      }
    }
    text.end();
    return text.text.toString();
  }

  /// The words without the marks of emphasis; a link by its text and where it leads.
  static String inline(String markdown) {
    String ownLinks = LINK.matcher(markdown).replaceAll("$1 (explain $2)");
    return LINK_TO_PAGE.matcher(ownLinks).replaceAll("$1 (docs/$2)").replace("**", "");
  }

  private void take(String line) {
    Matcher labelled = LABELLED.matcher(line);
    Matcher item = ITEM.matcher(line);
    if (labelled.matches()) {
      end();
      label = labelled.group(1);
      paragraph.add(labelled.group(2));
    } else if (item.matches()) {
      end();
      label = item.group(1);
      paragraph.add(item.group(2));
    } else if (line.isBlank()) {
      end();
      if (!text.isEmpty() && !text.toString().endsWith("\n\n")) {
        text.append('\n');
      }
    } else {
      paragraph.add(line.strip());
    }
  }

  /// Lays out the paragraph that is complete.
  private void end() {
    if (!paragraph.isEmpty()) {
      int indent = label.isEmpty() ? 0 : Math.max(label.length() + 1, label.endsWith(":") ? 9 : 4);
      text.append(laidOut(label, inline(String.join(" ", paragraph)), indent));
      paragraph.clear();
      label = "";
    }
  }

  private static TextTable laidOut(String label, String words, int indent) {
    var plain = Help.defaultColorScheme(Help.Ansi.OFF);
    if (indent == 0) {
      return filled(TextTable.forColumns(plain, new Column(WIDTH, 0, Overflow.WRAP)), words);
    }
    return filled(
        TextTable.forColumns(
            plain,
            new Column(indent, 0, Overflow.TRUNCATE),
            new Column(WIDTH - indent, 0, Overflow.WRAP)),
        label,
        words);
  }

  private static TextTable filled(TextTable table, String... cells) {
    table.indentWrappedLines = 0;
    table.addRowValues(cells);
    return table;
  }
}

package io.github.dockerimageexporter.cli.text;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/// Rows of text in columns as wide as their widest cell.
public final class TextColumns {
  private static final int GAP = 2;

  private TextColumns() {}

  /// Prints rows of cells.
  ///
  /// @param maxWidth of the whole; the widest column is wrapped to keep it
  public static void print(PrintWriter out, List<String[]> rows, int maxWidth) {
    int[] widths =
        IntStream.range(0, rows.getFirst().length)
            .map(i -> rows.stream().mapToInt(row -> row[i].length()).max().orElse(0))
            .toArray();
    int widest = 0;
    for (int i = 0; i < widths.length; i++) {
      widest = widths[i] > widths[widest] ? i : widest;
    }
    int total = IntStream.of(widths).sum() + GAP * (widths.length - 1);
    widths[widest] -= Math.max(0, total - maxWidth);
    Column[] columns =
        IntStream.range(0, widths.length)
            .mapToObj(i -> column(widths[i], i == 0 ? 0 : GAP))
            .toArray(Column[]::new);
    TextTable table = TextTable.forColumns(Help.defaultColorScheme(Help.Ansi.OFF), columns);
    table.indentWrappedLines = 0;
    rows.forEach(row -> add(row, table));
    out.print(table);
  }

  /// Beside one another even if one of them is wrapped, below which picocli would put the next.
  private static void add(String[] cells, TextTable table) {
    int row = table.rowCount();
    table.addEmptyRow();
    for (int i = 0; i < cells.length; i++) {
      table.putValue(row, i, Help.Ansi.OFF.text(cells[i]));
    }
  }

  private static Column column(int width, int gap) {
    return new Column(width + gap, gap, Overflow.WRAP);
  }
}

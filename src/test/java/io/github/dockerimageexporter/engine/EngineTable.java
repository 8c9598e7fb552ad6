package io.github.dockerimageexporter.engine;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.engine.EngineNotes.Column;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The table of engines in `docs/compatibility.md`: the newest first, and what was shown on each.
///
/// @param rows the counts, by what the first cells say of the engine
record EngineTable(Map<String, Map<Column, Integer>> rows) {
  private static final List<Column> COLUMNS =
      Arrays.stream(Column.values()).filter(column -> column != Column.ENGINE).toList();
  private static final String HEAD = "| Docker | containerd | images are kept in |";
  private static final int CELLS_OF_ENGINE = 3;
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Comparator<String> NEWEST_FIRST =
      Comparator.comparingInt(EngineTable::release)
          .reversed()
          .thenComparing(Comparator.naturalOrder());

  static EngineTable parse(String markdown) {
    var rows = new TreeMap<String, Map<Column, Integer>>();
    markdown
        .lines()
        .skip(2)
        .map(line -> Arrays.stream(line.split("\\|", -1)).skip(1).map(String::strip).toList())
        .forEach(
            cells ->
                rows.put(
                    String.join(" | ", cells.subList(0, CELLS_OF_ENGINE)),
                    counts(cells.subList(CELLS_OF_ENGINE, cells.size()))));
    return new EngineTable(rows);
  }

  /// This table with what a run has shown. What the run did not try stays as it was.
  EngineTable with(Map<String, Map<Column, Integer>> shown) {
    var merged = new TreeMap<String, Map<Column, Integer>>();
    rows.forEach((engine, counts) -> merged.put(engine, new EnumMap<>(counts)));
    shown.forEach(
        (engine, counts) ->
            merged.computeIfAbsent(engine, _ -> new EnumMap<>(Column.class)).putAll(counts));
    return new EngineTable(merged);
  }

  /// This table without what it claims beyond what a run has shown, of what the run tried.
  EngineTable limitedTo(Map<String, Map<Column, Integer>> shown) {
    var limited = new TreeMap<String, Map<Column, Integer>>();
    rows.forEach(
        (engine, claimed) -> {
          var counts = new EnumMap<Column, Integer>(claimed);
          Map<Column, Integer> most = shown.getOrDefault(engine, Map.of());
          counts.replaceAll((column, count) -> Math.min(count, most.getOrDefault(column, count)));
          limited.put(engine, counts);
        });
    return new EngineTable(limited);
  }

  String markdown() {
    String titles = COLUMNS.stream().map(column -> " " + column.title() + " |").collect(joining());
    String rule = "|---".repeat(CELLS_OF_ENGINE + COLUMNS.size()) + "|";
    Stream<String> lines =
        rows.keySet().stream()
            .sorted(NEWEST_FIRST)
            .map(engine -> "| " + engine + " |" + cells(rows.getOrDefault(engine, Map.of())));
    return Stream.concat(Stream.of(HEAD + titles, rule), lines)
        .map(line -> line + "\n")
        .collect(joining());
  }

  private static Map<Column, Integer> counts(List<String> cells) {
    var counts = new EnumMap<Column, Integer>(Column.class);
    for (int i = 0; i < COLUMNS.size(); i++) {
      if (!cells.get(i).isEmpty()) {
        counts.put(COLUMNS.get(i), Integer.valueOf(cells.get(i)));
      }
    }
    return counts;
  }

  private static String cells(Map<Column, Integer> counts) {
    return COLUMNS.stream()
        .map(column -> counts.containsKey(column) ? " " + counts.get(column) + " |" : " |")
        .collect(joining());
  }

  /// 28005 of `Docker 28.5`.
  private static int release(String engine) {
    List<Integer> numbers =
        NUMBER.matcher(engine).results().map(match -> Integer.valueOf(match.group())).toList();
    return numbers.get(0) * 1000 + numbers.get(1);
  }
}

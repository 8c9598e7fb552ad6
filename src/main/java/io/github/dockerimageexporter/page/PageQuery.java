package io.github.dockerimageexporter.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.observation.Search;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a request wants to see of each table.
///
/// | parameter      | is                                                   | without it  |
/// |----------------|------------------------------------------------------|-------------|
/// | `<table>.find` | words that a row has in its texts or its full digest | all rows    |
/// | `<table>.sort` | the column to sort by; `-` before it for the reverse | worst first |
/// | `<table>.page` | which page of it, from 1                             | 1           |
///
/// What is not understood counts as absent.
public record PageQuery(SortedMap<String, String> parameters) {
  /// As the page is shown first.
  public static final PageQuery NONE = new PageQuery(new TreeMap<>());

  private static final String FIND = ".find";
  private static final String SORT = ".sort";
  private static final String PAGE = ".page";
  private static final List<String> TABLES =
      List.of(ImageTable.NAME, PlatformTable.NAME, LayerTable.NAME);

  /// What the parameters of a request ask for.
  ///
  /// @param parameters decoded
  public static PageQuery of(Map<String, String> parameters) {
    var known = new TreeMap<String, String>();
    for (String table : TABLES) {
      for (String parameter : List.of(FIND, SORT, PAGE)) {
        String value = parameters.getOrDefault(table + parameter, "");
        if (!value.isBlank() && value.length() <= Search.LONGEST) {
          known.put(table + parameter, value);
        }
      }
    }
    return new PageQuery(known);
  }

  static String findParameter(String table) {
    return table + FIND;
  }

  Search search(String table) {
    return Search.of(words(table));
  }

  /// What is searched for, as it was written.
  String words(String table) {
    return parameters.getOrDefault(table + FIND, "");
  }

  /// The column to sort by; empty if none is named.
  String sort(String table) {
    return parameters.getOrDefault(table + SORT, "");
  }

  /// From 1.
  int page(String table) {
    String number = parameters.getOrDefault(table + PAGE, "");
    return number.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(number) : 1;
  }

  /// The other parameters than those that a new search in `table` sets or makes void.
  Map<String, String> besideSearch(String table) {
    var others = new TreeMap<>(parameters);
    others.remove(table + FIND);
    others.remove(table + PAGE);
    return others;
  }

  /// A link to the same page with `table` sorted by a column.
  String sortedBy(String table, String column) {
    var sorted = new TreeMap<>(parameters);
    sorted.put(table + SORT, column);
    sorted.remove(table + PAGE);
    return link(sorted, table);
  }

  /// A link to another page of `table`.
  String atPage(String table, int page) {
    var turned = new TreeMap<>(parameters);
    turned.put(table + PAGE, Integer.toString(page));
    return link(turned, table);
  }

  private static String link(Map<String, String> parameters, String table) {
    return parameters.entrySet().stream()
        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
        .collect(joining("&", "./?", "#" + table));
  }
}

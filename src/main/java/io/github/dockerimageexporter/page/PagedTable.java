package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Search;
import io.github.dockerimageexporter.page.words.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// A table of which one page is shown: of the rows that are searched for, in the order asked for.
///
/// @param name what the table's anchor is, and its parameters begin with
/// @param columns at least one
/// @param usual the order if no other is asked for
/// @param words what of a row can be searched for
record PagedTable<E>(
    String name, List<Column<E>> columns, Order<E> usual, Function<E, List<String>> words) {
  private static final int ROWS = 100;

  /// A column, and what its rows are sorted by: numbers with the largest first, texts by alphabet.
  record Column<E>(
      String title, boolean isNumber, ToLongFunction<E> number, Function<E, String> text) {
    private static final String REVERSED = "-";

    static <E> Column<E> ofText(String title, Function<E, String> text) {
      return new Column<>(title, false, _ -> 0, row -> text.apply(row).toLowerCase(Locale.ROOT));
    }

    static <E> Column<E> ofNumber(String title, ToLongFunction<E> number) {
      return new Column<>(title, true, number, _ -> "");
    }

    /// Where it is not known, a row comes last.
    static <E> Column<E> ofFigure(String title, Function<E, OptionalLong> figure) {
      return ofNumber(title, row -> figure.apply(row).orElse(-1));
    }

    String parameter() {
      return title.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    /// The rows in this order; each is asked once.
    List<E> sorted(Stream<E> rows, boolean reversed) {
      Comparator<Keyed<E>> order =
          Comparator.comparingLong((Keyed<E> row) -> -row.number()).thenComparing(Keyed::text);
      return rows.map(row -> new Keyed<>(number.applyAsLong(row), text.apply(row), row))
          .sorted(reversed ? order.reversed() : order)
          .map(Keyed::row)
          .toList();
    }
  }

  /// An order of rows.
  ///
  /// @param words the sentence that says so
  record Order<E>(String words, Comparator<E> comparator) {
    static <E> Order<E> worstThenLargest(
        Function<E, Consistency> consistency, ToLongFunction<E> size) {
      return new Order<>(
          "Damaged ones come first, then the largest.",
          Comparator.comparing(consistency)
              .thenComparing(Comparator.comparingLong(size).reversed()));
    }
  }

  private record Keyed<E>(long number, String text, E row) {}

  /// What `aria-sort` calls the order of a table that is sorted by a column.
  private record Sorting<E>(Column<E> column, boolean reversed) {
    String label() {
      return column.isNumber() == reversed ? "ascending" : "descending";
    }

    /// What sorts the other way round.
    String other() {
      return reversed ? column.parameter() : Column.REVERSED + column.parameter();
    }
  }

  /// Writes the section with the table.
  ///
  /// @param title of the section
  /// @param caption what the columns mean
  /// @param row writes one
  void write(
      Html html, PageQuery query, String title, List<E> all, String caption, Consumer<E> row) {
    html.open("section", "id", name, "aria-labelledby", name + "-title");
    html.element("h2", title, "id", name + "-title");
    if (all.isEmpty()) {
      html.element("p", "None.", "class", "none").close();
      return;
    }
    Search search = query.search(name);
    List<E> found =
        search.isForAll()
            ? all
            : all.stream().filter(each -> search.finds(words.apply(each))).toList();
    int pages = Math.max(1, Math.ceilDiv(found.size(), ROWS));
    int page = Math.min(query.page(name), pages);
    int from = (page - 1) * ROWS;
    int to = Math.min(from + ROWS, found.size());
    writeSearch(html, query, count(search, from, to, found.size(), all.size()));
    if (!found.isEmpty()) {
      Optional<Sorting<E>> sorting = sorting(query.sort(name));
      html.open("table", "class", name + " paged");
      html.element(
          "caption", sorting.isEmpty() && pages > 1 ? usual.words() + " " + caption : caption);
      writeHead(html, query, sorting);
      html.open("tbody");
      sorted(found, sorting).subList(from, to).forEach(row);
      html.close().close();
    }
    writeTurning(html, query, page, pages);
    html.close();
  }

  private static String count(Search search, int from, int to, int found, int all) {
    String part = found <= ROWS ? "" : Numbers.format(from + 1) + "–" + Numbers.format(to) + " of ";
    return search.isForAll()
        ? part + Numbers.format(all)
        : part + Numbers.format(found) + " found of " + Numbers.format(all);
  }

  private List<E> sorted(List<E> rows, Optional<Sorting<E>> sorting) {
    return sorting
        .map(by -> by.column().sorted(rows.stream(), by.reversed()))
        .orElseGet(() -> rows.stream().sorted(usual.comparator()).toList());
  }

  private Optional<Sorting<E>> sorting(String asked) {
    boolean reversed = asked.startsWith(Column.REVERSED);
    String parameter = reversed ? asked.substring(Column.REVERSED.length()) : asked;
    return columns.stream()
        .filter(column -> column.parameter().equals(parameter))
        .map(column -> new Sorting<>(column, reversed))
        .findFirst();
  }

  private void writeSearch(Html html, PageQuery query, String count) {
    html.open("form", "class", "search", "role", "search", "action", "./#" + name);
    query
        .besideSearch(name)
        .forEach(
            (parameter, value) ->
                html.empty("input", "type", "hidden", "name", parameter, "value", value));
    html.empty(
        "input",
        "type",
        "search",
        "name",
        PageQuery.findParameter(name),
        "value",
        query.words(name),
        "placeholder",
        "Find " + name,
        "aria-label",
        "Find %s by name, digest or state".formatted(name));
    html.element("button", "Find");
    html.element("output", count).close();
  }

  private void writeHead(Html html, PageQuery query, Optional<Sorting<E>> sorting) {
    html.open("thead").open("tr");
    for (Column<E> column : columns) {
      Optional<Sorting<E>> here = sorting.filter(by -> by.column().equals(column));
      var attributes =
          new ArrayList<>(List.of("scope", "col", "class", column.isNumber() ? "n" : ""));
      here.ifPresent(by -> attributes.addAll(List.of("aria-sort", by.label())));
      html.open("th", attributes.toArray(String[]::new));
      String next = here.map(Sorting::other).orElse(column.parameter());
      html.element("a", column.title(), "href", query.sortedBy(name, next)).close();
    }
    html.close().close();
  }

  private void writeTurning(Html html, PageQuery query, int page, int pages) {
    if (pages == 1) {
      return;
    }
    html.open("nav", "class", "pages", "aria-label", "Pages of " + name);
    if (page > 1) {
      html.element("a", "Previous", "rel", "prev", "href", query.atPage(name, page - 1));
    }
    html.element("span", "Page %s of %s".formatted(Numbers.format(page), Numbers.format(pages)));
    if (page < pages) {
      html.element("a", "Next", "rel", "next", "href", query.atPage(name, page + 1));
    }
    html.close();
  }
}

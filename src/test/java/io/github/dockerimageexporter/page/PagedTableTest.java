package io.github.dockerimageexporter.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.page.PagedTable.Column;
import io.github.dockerimageexporter.page.PagedTable.Order;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagedTableTest {
  private record Row(String name, OptionalLong size) {
    static Row of(String name, long size) {
      return new Row(name, OptionalLong.of(size));
    }
  }

  private static final PagedTable<Row> TABLE =
      new PagedTable<>(
          ImageTable.NAME,
          List.of(Column.ofText("Name", Row::name), Column.ofFigure("On disk", Row::size)),
          new Order<>("By name.", Comparator.comparing(Row::name)),
          row -> List.of(row.name()));

  private static final List<Row> THREE =
      List.of(Row.of("pear", 2), new Row("Fig", OptionalLong.empty()), Row.of("apple", 12));

  @Test
  void rowsAreInTheUsualOrderIfNothingIsAskedFor() {
    assertThat(rows(THREE, Map.of())).containsExactly("Fig", "apple", "pear");
  }

  @Test
  void usualOrderIsSaidWhereNotAllRowsAreSeen() {
    assertThat(html(many(), Map.of())).contains("<caption>By name. What they are.</caption>");
    assertThat(html(many(), Map.of("images.sort", "name"))).contains("<caption>What they are.");
    assertThat(html(THREE, Map.of())).contains("<caption>What they are.</caption>");
  }

  @ParameterizedTest
  @CsvSource({
    "name, apple Fig pear",
    "-name, pear Fig apple",
    "on-disk, apple pear Fig",
    "-on-disk, Fig pear apple",
    "nothing, Fig apple pear"
  })
  void columnToSortByIsNamed(String sort, String expected) {
    assertThat(String.join(" ", rows(THREE, Map.of("images.sort", sort)))).isEqualTo(expected);
  }

  @Test
  void headOfTheSortedColumnSaysHowAndSortsTheOtherWayRound() {
    assertThat(html(THREE, Map.of("images.sort", "on-disk", "layers.find", "a&b")))
        .contains(
            "<th scope=\"col\" class=\"n\" aria-sort=\"descending\"><a"
                + " href=\"./?images.sort=-on-disk&amp;layers.find=a%26b#images\">On disk</a></th>")
        .contains("<th scope=\"col\" class=\"\"><a href=\"./?images.sort=name&amp;");
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 100", "2, 100, 200", "3, 200, 250"})
  void pageHasAHundredRows(int page, int from, int to) {
    assertThat(rows(many(), Map.of("images.page", Integer.toString(page))))
        .containsExactlyElementsOf(many().subList(from, to).stream().map(Row::name).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "99999999999999", "1 "})
  void pageThatIsNoneIsTheFirst(String page) {
    assertThat(rows(many(), Map.of("images.page", page))).startsWith("row 000").hasSize(100);
  }

  @Test
  void pageBeyondTheLastIsTheLast() {
    assertThat(rows(many(), Map.of("images.page", "4"))).hasSize(50);
  }

  @Test
  void pagesLinkToTheirNeighboursAndKeepTheSearch() {
    assertThat(html(many(), Map.of("images.page", "2", "images.find", "row")))
        .contains("<output>101–200 of 250 found of 250</output>")
        .contains("<a rel=\"prev\" href=\"./?images.find=row&amp;images.page=1#images\">Previous")
        .contains("<span>Page 2 of 3</span>")
        .contains("<a rel=\"next\" href=\"./?images.find=row&amp;images.page=3#images\">Next</a>");
  }

  @Test
  void searchFindsTheRowsWithEveryWord() {
    assertThat(rows(many(), Map.of("images.find", "ROW 24"))).hasSize(13);
  }

  @Test
  void searchThatFindsNothingLeavesTheFormToSearchAgain() {
    assertThat(html(THREE, Map.of("images.find", "<b>")))
        .contains("value=\"&lt;b&gt;\"", "<output>0 found of 3</output>")
        .doesNotContain("<table");
  }

  @Test
  void searchKeepsWhatIsAskedOfOtherTables() {
    assertThat(html(THREE, Map.of("layers.page", "7", "images.page", "2")))
        .contains("<input type=\"hidden\" name=\"layers.page\" value=\"7\">")
        .doesNotContain("name=\"images.page\"");
  }

  @Test
  void textThatIsTooLongIsNotSearchedFor() {
    assertThat(rows(THREE, Map.of("images.find", "x".repeat(401)))).hasSize(3);
  }

  @Test
  void nothingIsNone() {
    assertThat(html(List.of(), Map.of())).contains("None.").doesNotContain("<form");
  }

  private static List<Row> many() {
    return IntStream.range(0, 250).mapToObj(i -> Row.of("row %03d".formatted(i), i)).toList();
  }

  private static List<String> rows(List<Row> rows, Map<String, String> parameters) {
    return Pattern.compile("<td>(.*?)</td>")
        .matcher(html(rows, parameters))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  private static String html(List<Row> rows, Map<String, String> parameters) {
    var text = new StringBuilder();
    var html = new Html(text);
    TABLE.write(
        html,
        PageQuery.of(parameters),
        "Rows",
        rows,
        "What they are.",
        row -> html.open("tr").element("td", row.name()).close());
    return text.toString();
  }
}

package io.github.dockerimageexporter.deploy;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A selector of a PromQL expression: a metric and what its labels must be.
public record Selector(String metric, List<Matcher> matchers) {
  private static final Pattern SELECTOR =
      Pattern.compile(
          "\\b(docker_\\w+|process_\\w+|(?:instance|job)\\w*:[\\w:]+|up)\\b(?:\\{([^}]*)})?");
  private static final Pattern MATCHER =
      Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*(?:%q|\\\\?\"([^\"\\\\]*)\\\\?\")");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:on|ignoring|by|without|group_left|group_right)\\s*\\(([^)]*)\\)");

  /// What one label must be; `value` is empty where a template fills it in.
  public record Matcher(String label, String operator, String value) {
    public boolean accepts(String text) {
      return switch (operator) {
        case "=" -> text.equals(value);
        case "!=" -> !text.equals(value);
        case "=~" -> text.matches(value);
        case "!~" -> !text.matches(value);
        default -> throw new IllegalArgumentException("no operator of a matcher: " + operator);
      };
    }
  }

  /// The selectors of `text`, an expression or an annotation with one in it.
  public static List<Selector> in(String text) {
    return SELECTOR
        .matcher(text)
        .results()
        .map(
            found ->
                new Selector(
                    found.group(1), found.group(2) == null ? List.of() : matchers(found.group(2))))
        .toList();
  }

  /// The labels that `expression` groups or joins by.
  public static List<String> groupingLabels(String expression) {
    return GROUPING
        .matcher(expression)
        .results()
        .flatMap(found -> Stream.of(found.group(1).split(",", -1)))
        .map(String::strip)
        .filter(label -> !label.isEmpty())
        .toList();
  }

  /// Whether it takes a series whose `label` is `text`.
  public boolean accepts(String label, String text) {
    return matchers.stream()
        .filter(matcher -> matcher.label().equals(label))
        .allMatch(matcher -> matcher.accepts(text));
  }

  private static List<Matcher> matchers(String text) {
    return MATCHER
        .matcher(text)
        .results()
        .map(
            found ->
                new Matcher(
                    found.group(1), found.group(2), found.group(3) == null ? "" : found.group(3)))
        .toList();
  }
}

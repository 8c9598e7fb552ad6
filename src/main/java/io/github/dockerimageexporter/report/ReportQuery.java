package io.github.dockerimageexporter.report;

import io.github.dockerimageexporter.observation.Search;
import java.util.Map;

/// Which part of a report is wanted.
///
/// | parameter | is                                                              | without it |
/// |-----------|-----------------------------------------------------------------|------------|
/// | `find`    | words that an image or a problem has in names, digests or texts | all        |
/// | `offset`  | how many images of each store to leave out                      | 0          |
/// | `limit`   | how many of those that follow to list                           | all        |
public record ReportQuery(Search find, long offset, long limit) {
  /// The whole report.
  public static final ReportQuery ALL = new ReportQuery(Search.ALL, 0, Long.MAX_VALUE);

  /// What the parameters of a request ask for; others than the three are ignored.
  ///
  /// @param parameters decoded
  /// @throws IllegalArgumentException in one line, if one is not a number, or too long
  public static ReportQuery of(Map<String, String> parameters) {
    String find = parameters.getOrDefault("find", "");
    if (find.length() > Search.LONGEST) {
      throw new IllegalArgumentException(
          "find: expected at most %d characters".formatted(Search.LONGEST));
    }
    return new ReportQuery(
        Search.of(find),
        number(parameters, "offset", ALL.offset),
        number(parameters, "limit", ALL.limit));
  }

  private static long number(Map<String, String> parameters, String name, long otherwise) {
    String value = parameters.getOrDefault(name, "");
    if (value.isEmpty()) {
      return otherwise;
    }
    if (!value.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(name + ": expected a number of at most nine digits");
    }
    return Long.parseLong(value);
  }
}

package io.github.dockerimageexporter.engine.exporter;

import static java.util.stream.Collectors.toMap;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The series of one answer in a text format of metrics, in their order.
public record Scrape(List<Series> series) {
  private static final Pattern LINE =
      Pattern.compile("(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(?<labels>.*)\\})? (?<value>\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(?<value>(?:[^\"\\\\]|\\\\.)*)\",?");

  public Scrape {
    series = List.copyOf(series);
  }

  /// One series and its value. Label values stay escaped.
  public record Series(String name, Map<String, String> labels, double value) {
    public Series {
      labels = new TreeMap<>(labels);
    }

    /// What makes it another series than others.
    public String identity() {
      return name + labels;
    }

    /// The value of the label `name`, or nothing.
    public String label(String name) {
      return labels.getOrDefault(name, "");
    }
  }

  /// Whether every directory has been measured that can be, and the measurements are shown: none is
  /// pending a moment before that.
  public boolean isMeasured() {
    int owners = of("docker_store_directories").size();
    return value("docker_image_exporter_directories_pending") == 0
        && (sum("docker_store_unreadable_paths") > 0
            || (owners > 0 && of("docker_store_directory_disk_bytes").size() == owners));
  }

  /// Takes apart an answer in either format.
  ///
  /// @throws IllegalArgumentException if a line is neither a comment nor a series
  public static Scrape parse(String text) {
    return new Scrape(
        text.lines().filter(line -> !line.startsWith("#")).map(Scrape::parseLine).toList());
  }

  /// The series called `name`.
  public List<Series> of(String name) {
    return series.stream().filter(one -> one.name().equals(name)).toList();
  }

  /// The values of `name` by one of its labels, which must tell its series apart.
  public Map<String, Double> by(String label, String name) {
    return of(name).stream().collect(toMap(one -> one.label(label), Series::value));
  }

  /// Whether a series called `name`, with this value of `label`, stands at `expected`.
  public boolean shows(double expected, String name, String label, String labelValue) {
    return of(name).stream()
        .anyMatch(one -> one.label(label).equals(labelValue) && one.value() == expected);
  }

  /// The sum of all series called `name`.
  public double sum(String name) {
    return of(name).stream().mapToDouble(Series::value).sum();
  }

  /// The value of the only series called `name`.
  ///
  /// @throws IllegalStateException if there is none, or more than one
  public double value(String name) {
    List<Series> found = of(name);
    if (found.size() != 1) {
      throw new IllegalStateException(name + ": expected one series, found " + found);
    }
    return found.getFirst().value();
  }

  /// Series that are there more than once.
  public List<String> duplicates() {
    var seen = new HashSet<String>();
    return series.stream().map(Series::identity).filter(one -> !seen.add(one)).toList();
  }

  private static Series parseLine(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a series: " + line);
    }
    String labels = parts.group("labels");
    return new Series(
        parts.group("name"),
        labels == null ? Map.of() : parseLabels(labels),
        Double.parseDouble(parts.group("value").replace("Inf", "Infinity")));
  }

  private static Map<String, String> parseLabels(String text) {
    var labels = new TreeMap<String, String>();
    var matcher = LABEL.matcher(text);
    int end = 0;
    while (matcher.lookingAt()) {
      labels.put(matcher.group("name"), matcher.group("value"));
      end = matcher.end();
      matcher.region(end, text.length());
    }
    if (end != text.length()) {
      throw new IllegalArgumentException("not labels: " + text.substring(end));
    }
    return labels;
  }
}

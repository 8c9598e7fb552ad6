package io.github.dockerimageexporter.bench;

import java.util.Arrays;

/// The table of what was measured; a figure with a bar is followed by it.
final class Figures {
  private static final String LINE = "%-52s %10s  %-24s %s%n";

  private Figures() {}

  static void header() {
    System.out.printf(LINE, "", "figure", "beside", "bar");
  }

  static void absolute(String what, double figure, String unit, double bar) {
    System.out.printf(LINE, what, figure(figure, unit), "", bar(figure, bar, unit));
  }

  /// A figure that only guides.
  static void plain(String what, double figure, String unit) {
    System.out.printf(LINE, what, figure(figure, unit), "", "");
  }

  /// A figure beside another one of the same run, which only guide.
  static void beside(String what, double figure, String unit, String besideWhat, double beside) {
    System.out.printf(
        LINE,
        what,
        figure(figure, unit),
        besideWhat + " " + figure(beside, unit),
        "%.2fx".formatted(figure / beside));
  }

  /// A figure that could not be had.
  static void failed(String what, String reason) {
    System.out.printf(LINE, what, "none", reason, "MISSED");
  }

  /// A figure whose ratio to another one of the same run counts.
  static void ratio(
      String what, double figure, String unit, String besideWhat, double beside, double bar) {
    double ratio = figure / beside;
    System.out.printf(
        LINE,
        what,
        figure(figure, unit),
        besideWhat + " " + figure(beside, unit),
        "%.2fx, %s".formatted(ratio, bar(ratio, bar, "x")));
  }

  static double median(double... values) {
    return Arrays.stream(values).sorted().toArray()[values.length / 2];
  }

  private static String figure(double value, String unit) {
    return (value < 10 ? "%.2f %s" : "%.0f %s").formatted(value, unit);
  }

  private static String bar(double found, double bar, String unit) {
    return "bar %s%s: %s".formatted(bar, unit, found <= bar ? "kept" : "MISSED");
  }
}

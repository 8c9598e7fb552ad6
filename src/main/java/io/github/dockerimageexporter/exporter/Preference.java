package io.github.dockerimageexporter.exporter;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/// How much a client wants something, and how exactly it says so.
///
/// @param exactness 0 if it says nothing of it
record Preference(double weight, int exactness) implements Comparable<Preference> {
  private static final Preference NONE = new Preference(0, 0);
  private static final Comparator<Preference> ORDER =
      Comparator.comparingDouble(Preference::weight).thenComparingInt(Preference::exactness);

  /// The preference that the most exact match states, whatever wider ones say.
  static Preference of(List<WeightedValue> accepted, ToIntFunction<WeightedValue> exactness) {
    return accepted.stream()
        .map(value -> new Preference(value.weight(), exactness.applyAsInt(value)))
        .filter(preference -> preference.exactness() > 0)
        .max(Comparator.comparingInt(Preference::exactness))
        .orElse(NONE);
  }

  boolean isAcceptable() {
    return weight > 0;
  }

  @Override
  public int compareTo(Preference other) {
    return ORDER.compare(this, other);
  }
}

package io.github.dockerimageexporter.exporter.answer;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/// How much a client wants something, and how exactly it says so.
///
/// @param exactness 0 if it says nothing of it
record AcceptPreference(double weight, int exactness) implements Comparable<AcceptPreference> {
  private static final AcceptPreference NONE = new AcceptPreference(0, 0);
  private static final Comparator<AcceptPreference> ORDER =
      Comparator.comparingDouble(AcceptPreference::weight)
          .thenComparingInt(AcceptPreference::exactness);

  /// The preference that the most exact match states, whatever wider ones say.
  static AcceptPreference of(List<WeightedValue> accepted, ToIntFunction<WeightedValue> exactness) {
    return accepted.stream()
        .map(value -> new AcceptPreference(value.weight(), exactness.applyAsInt(value)))
        .filter(preference -> preference.exactness() > 0)
        .max(Comparator.comparingInt(AcceptPreference::exactness))
        .orElse(NONE);
  }

  boolean isAcceptable() {
    return weight > 0;
  }

  @Override
  public int compareTo(AcceptPreference other) {
    return ORDER.compare(this, other);
  }
}

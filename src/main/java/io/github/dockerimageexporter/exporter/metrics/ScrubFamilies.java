package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.StoreFamilies.unixTime;

import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.observation.ScrubState.Background;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.observation.ScrubTally.State;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// The families of the scrub: how far it is, and what it has shown. None of a depth that is
/// switched off, or at which the layers of a store cannot be compared.
final class ScrubFamilies {
  static final List<MetricFamily<ScrapedStore>> OF_STORES =
      List.of(
          MetricFamily.gauge(
              "docker_store_scrub_layers",
              List.of("driver", "depth", "state"),
              "Layers by the result of comparing their files with what was recorded of them"
                  + " (scrub), for each depth that is switched on; unverifiable: they cannot be"
                  + " compared; pending: not compared yet, not readable, or overdue by two hours.",
              shown -> tallies(shown).flatMap(tally -> layers(shown, tally))),
          MetricFamily.counter(
              "docker_store_scrub_bytes_total",
              List.of("driver"),
              "Total number of bytes of layers' content read by the scrub.",
              shown ->
                  background(shown)
                      .filter(_ -> shown.scrub().at(Depth.CONTENT).isPresent())
                      .map(state -> LabeledSample.of(state.bytesRead(), shown.driver()))
                      .stream()),
          MetricFamily.gauge(
              "docker_store_scrub_last_completed_timestamp_seconds",
              List.of("driver", "depth"),
              "Unix time at which the scrub began to read the layer that it read last while no"
                  + " other was pending. Absent until all layers have been compared once.",
              shown ->
                  tallies(shown)
                      .flatMap(
                          tally ->
                              tally.completed().stream()
                                  .map(
                                      time ->
                                          LabeledSample.of(
                                              unixTime(time),
                                              shown.driver(),
                                              tally.depth().label())))));

  static final ObjectFamily<LayerFigures> VERIFIED =
      ObjectFamily.figure(
          "docker_layer_verified_timestamp_seconds",
          "Unix time at which the last reading of the layer's content began, if it found all as"
              + " recorded (scrub). Absent if it was never read, or was found corrupt.",
          "chain_id",
          LayerFigures::id,
          figures ->
              figures.verifiedAt().isPresent()
                  ? OptionalDouble.of(unixTime(figures.verifiedAt().get()))
                  : OptionalDouble.empty());

  private ScrubFamilies() {}

  private static Stream<ScrubTally> tallies(ScrapedStore shown) {
    return background(shown).stream().flatMap(_ -> shown.scrub().tallies().stream());
  }

  private static Optional<Background> background(ScrapedStore shown) {
    return shown.scrub().background();
  }

  private static Stream<LabeledSample> layers(ScrapedStore shown, ScrubTally tally) {
    return Arrays.stream(State.values())
        .map(
            state ->
                LabeledSample.of(
                    tally.count(state), shown.driver(), tally.depth().label(), state.label()));
  }
}

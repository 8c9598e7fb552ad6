package io.github.dockerimageexporter.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.observation.ScanProgress.Position;
import io.github.dockerimageexporter.observation.ScanProgress.Stage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final Position SCANNING =
      new Position(Stage.SCANNING, 0, 0, 0, Duration.ofSeconds(3));
  private static final Position MEASURING =
      new Position(Stage.MEASURING, 10_000, 2_500, 12_000_000_000L, Duration.ofMinutes(1));
  private static final Position SCRUBBING =
      new Position(Stage.SCRUBBING, 40, 10, 5_000_000_000L, Duration.ofSeconds(50));
  private static final Position READING =
      new Position(Stage.READING, 40, 10, 5, Duration.ofSeconds(2));

  private final StringWriter written = new StringWriter();

  @Test
  void everyStageSaysHowFarItIsAndHowLongItTakes() {
    assertThat(shown(SCANNING)).isEqualTo("\rscanning the store, 3s");
    assertThat(shown(MEASURING))
        .isEqualTo("\rmeasured 2,500 of 10,000 directories, 12GB, 200MB/s, about 3m0s left");
    assertThat(shown(READING)).isEqualTo("\rread 10 of 40 tar-split records, about 6s left");
    assertThat(shown(SCRUBBING))
        .isEqualTo(
            "\rverified 10 of 40 layers, read 5GB, 100MB/s, about 2m30s left"
                + " [#####---------------]");
  }

  @Test
  void whereNoContentIsReadNoneIsSaid() {
    var position = new Position(Stage.SCRUBBING, 40, 10, 0, Duration.ofMillis(200));

    assertThat(shown(position))
        .isEqualTo("\rverified 10 of 40 layers, less than 1s left [#####---------------]");
  }

  @Test
  void theBarTakesTheRoomThatThereIs() {
    line(OptionalInt.of(76), true).show(() -> SCRUBBING, 0);
    line(OptionalInt.of(69), true).show(() -> SCRUBBING, 0);

    String line = "\rverified 10 of 40 layers, read 5GB, 100MB/s, about 2m30s left";
    assertThat(written).hasToString(line + " [##---------]" + line);
  }

  @Test
  void beforeTheFirstDirectoryNobodyKnowsHowLongItTakes() {
    assertThat(shown(new Position(Stage.MEASURING, 1, 0, 0, Duration.ZERO)))
        .isEqualTo("\rmeasured 0 of 1 directory, 0B, 0B/s");
  }

  @Test
  void aLineIsWrittenOverAndTakenAway() {
    ProgressLine line = line(OptionalInt.of(80), true);

    line.show(() -> READING, 0);
    line.show(() -> SCANNING, 1);
    line.clear();

    assertThat(written)
        .hasToString(
            "\rread 10 of 40 tar-split records, about 6s left"
                + "\rscanning the store, 3s"
                + " ".repeat(24)
                + "\r"
                + " ".repeat(22)
                + "\r");
  }

  @Test
  void aNarrowTerminalGetsAsMuchAsFits() {
    line(OptionalInt.of(10), true).show(() -> SCANNING, 0);

    assertThat(written).hasToString("\rscanning ");
  }

  @Test
  void aTerminalThatDoesNotSayHowWideItIsCountsAsTheUsualOne() {
    line(OptionalInt.of(0), true).show(() -> SCANNING, 0);

    assertThat(written).hasToString("\rscanning the store, 3s");
  }

  @Test
  void aTerminalThatCannotRewriteGetsALineNowAndThen() {
    ProgressLine line = line(OptionalInt.of(80), false);

    for (int second = 0; second < 20; second++) {
      line.show(() -> SCANNING, Duration.ofSeconds(second).toNanos());
    }
    line.clear();

    assertThat(written).hasToString("scanning the store, 3s\nscanning the store, 3s\n");
  }

  /// It can take hours, and somebody may look into a log.
  @Test
  void whatIsNoTerminalGetsALineNowAndThenWhileLayersAreScrubbed() {
    ProgressLine line = line(OptionalInt.empty(), true);

    for (int second = 0; second < 20; second++) {
      line.show(() -> SCRUBBING, Duration.ofSeconds(second).toNanos());
    }
    line.clear();

    String one = "verified 10 of 40 layers, read 5GB, 100MB/s, about 2m30s left\n";
    assertThat(written).hasToString(one + one);
  }

  @Test
  void whatIsNoTerminalGetsNothing() {
    ProgressLine line = line(OptionalInt.empty(), true);

    line.show(() -> MEASURING, 0);
    line.clear();

    assertThat(written).hasToString("");
  }

  private String shown(Position position) {
    written.getBuffer().setLength(0);
    line(OptionalInt.of(100), true).show(() -> position, 0);
    return written.toString();
  }

  private ProgressLine line(OptionalInt columns, boolean rewrites) {
    return new ProgressLine(new PrintWriter(written), columns, rewrites);
  }
}

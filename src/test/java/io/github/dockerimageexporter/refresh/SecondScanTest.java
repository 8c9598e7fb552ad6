package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondScanTest {
  private static final Problem ONE =
      new Problem.ReferencesInvalid("repositories.json", "empty", true);
  private static final Problem OTHER =
      new Problem.ReferencesInvalid("repositories.json", "[]", true);

  private final SecondScan scan = new SecondScan(Duration.ofNanos(100));

  @Test
  void nothingFoundIsSettled() {
    assertThat(scan.confirm(List.of(), true, 0, 10)).isEmpty();
    assertThat(scan.isSettled()).isTrue();
  }

  @Test
  void whatIsFoundForTheFirstTimeDoesNotCountYet() {
    assertThat(scan.confirm(List.of(ONE), true, 0, 10)).isEmpty();
    assertThat(scan.isSettled()).isFalse();
  }

  @Test
  void aSecondScanThatComesTooSoonDoesNotCount() {
    scan.confirm(List.of(ONE), true, 0, 10);

    assertThat(scan.confirm(List.of(ONE), true, 109, 120)).isEmpty();
    assertThat(scan.isSettled()).isFalse();
  }

  @Test
  void aSecondScanAfterTheSettleTimeCounts() {
    scan.confirm(List.of(ONE), true, 0, 10);

    assertThat(scan.confirm(List.of(ONE), true, 110, 120)).containsExactly(ONE);
    assertThat(scan.isSettled()).isTrue();
  }

  @Test
  void anotherProblemInTheSamePlaceStartsAnew() {
    scan.confirm(List.of(ONE), true, 0, 10);

    assertThat(scan.confirm(List.of(OTHER), true, 110, 120)).isEmpty();
  }

  @Test
  void aProblemThatWentAwayInBetweenStartsAnew() {
    scan.confirm(List.of(ONE), true, 0, 10);
    scan.confirm(List.of(), true, 50, 60);

    assertThat(scan.confirm(List.of(ONE), true, 110, 120)).isEmpty();
  }

  @Test
  void aConfirmedProblemCountsUntilItGoes() {
    scan.confirm(List.of(ONE), true, 0, 10);
    scan.confirm(List.of(ONE), true, 110, 120);

    assertThat(scan.confirm(List.of(ONE, OTHER), true, 121, 130)).containsExactly(ONE);
    assertThat(scan.isSettled()).isFalse();
    assertThat(scan.confirm(List.of(), true, 131, 140)).isEmpty();
  }

  @Test
  void aScanThatTakesSomethingForGrantedConfirmsNothing() {
    scan.confirm(List.of(ONE), false, 0, 10);

    assertThat(scan.confirm(List.of(ONE), false, 110, 120)).isEmpty();
    assertThat(scan.isSettled()).isFalse();
    assertThat(scan.confirm(List.of(ONE), true, 130, 140)).containsExactly(ONE);
    assertThat(scan.confirm(List.of(ONE), false, 150, 160)).containsExactly(ONE);
  }

  @Test
  void rememberedIsWhatTheLastScanConfirmed() {
    scan.confirm(List.of(ONE), true, 0, 10);
    assertThat(scan.confirmed()).isEmpty();

    scan.confirm(List.of(ONE, OTHER), true, 110, 120);
    assertThat(scan.confirmed()).containsExactly(ONE);

    scan.confirm(List.of(), true, 121, 130);
    assertThat(scan.confirmed()).isEmpty();
  }
}
